namespace Platform.Contracts.Invocation;

/// <summary>What became of an invocation.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="HeadSent">
/// Whether the response's head had gone out: then a failure must abort the connection or stream, never end it cleanly. Else the gateway answers.
/// </param>
/// <param name="RetryAfterSeconds">For <c>Retry-After</c>, when trying again makes sense.</param>
/// <param name="ClientFault">The status for what was wrong with the request's body where the guest read it; null when nothing was.</param>
public readonly record struct InvocationOutcome(InvocationStatus Status, bool HeadSent = false, int? RetryAfterSeconds = null, int? ClientFault = null);
