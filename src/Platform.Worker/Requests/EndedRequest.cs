using Platform.Contracts.Invocation;
using Platform.Contracts.Usage;
using Platform.Worker.Invocation;

namespace Platform.Worker.Requests;

/// <summary>A request or message at its end.</summary>
/// <param name="Exchange">Where it came from.</param>
/// <param name="Target">What it was for.</param>
/// <param name="Found">Whose that is.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Status">What its client was answered, or will be; null for nothing.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="IsCold">Whether it waited for its module to be loaded.</param>
internal readonly record struct EndedRequest(
    Exchange Exchange, InvocationTarget Target, FoundComponent Found, UsageOutcome Outcome, int? Status, TimeSpan Duration, bool IsCold);
