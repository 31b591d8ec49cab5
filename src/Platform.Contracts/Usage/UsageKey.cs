namespace Platform.Contracts.Usage;

/// <summary>What usage is summed by.</summary>
/// <param name="AppId">The store's number of the app.</param>
/// <param name="Version">The version that ran.</param>
/// <param name="Hour">The hour's beginning in milliseconds since the Unix epoch, UTC: the one in which the request ended.</param>
/// <param name="Outcome">How it ended.</param>
public readonly record struct UsageKey(long AppId, int Version, long Hour, UsageOutcome Outcome);
