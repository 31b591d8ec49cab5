namespace Platform.Contracts.Api;

/// <summary>An app's requests of one minute, hour or day.</summary>
/// <param name="At">Its beginning, UTC.</param>
/// <param name="Requests">Requests and messages that ended.</param>
/// <param name="Errors">Those that the app or the platform failed: traps, limits, statuses of 500 or more, no capacity.</param>
/// <param name="Throttled">Those that a quota refused.</param>
/// <param name="ColdStarts">Those that waited for their module to be loaded.</param>
/// <param name="P50Ms">The time that half of those that ran took at most, milliseconds; null when none ran.</param>
/// <param name="P95Ms">The time that 95 % took at most.</param>
/// <param name="P99Ms">The time that 99 % took at most.</param>
/// <param name="Fuel">Fuel of one that ran, on average.</param>
/// <param name="MemoryBytes">Memory of one that ran, on average.</param>
public sealed record MetricsPoint(
    DateTimeOffset At, long Requests, long Errors, long Throttled, long ColdStarts, double? P50Ms, double? P95Ms, double? P99Ms, long Fuel, long MemoryBytes);
