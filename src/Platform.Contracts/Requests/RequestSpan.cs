namespace Platform.Contracts.Requests;

/// <summary>A part of a request's time.</summary>
/// <param name="Name"><c>request</c>, a phase (<c>load</c>, <c>queue</c>, <c>instantiate</c>, <c>run</c>), the method of an outgoing request, or the host function that was waited for.</param>
/// <param name="StartUs">When it began, microseconds after the request did.</param>
/// <param name="DurationUs">How long it took, microseconds.</param>
/// <param name="Parent">The span that it is a part of, by its place in the list; null for the first.</param>
/// <param name="Attributes">What is known of it, by OpenTelemetry's names; null for nothing. Never a path, a key or a statement: those hold secrets.</param>
public sealed record RequestSpan(string Name, long StartUs, long DurationUs, int? Parent, IReadOnlyDictionary<string, string>? Attributes = null);
