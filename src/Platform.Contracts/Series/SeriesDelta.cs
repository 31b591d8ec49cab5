namespace Platform.Contracts.Series;

/// <summary>What came to a minute of an app's version since the last batch. Calls among an app's components are parts of the requests that led to them and aren't counted.</summary>
/// <param name="TenantId">The store's number of the tenant.</param>
/// <param name="Key">The minute.</param>
/// <param name="Requests">Requests and messages that ended.</param>
/// <param name="Errors">Those that the app or the platform failed.</param>
/// <param name="Throttled">Those that a quota refused.</param>
/// <param name="ColdStarts">Those that waited for their module to be loaded.</param>
/// <param name="Fuel">Fuel of those that ran.</param>
/// <param name="MemoryBytes">Memory of those that ran, summed.</param>
/// <param name="Latencies">How many of those that ran took how long, by <see cref="LatencyBuckets"/>.</param>
public sealed record SeriesDelta(
    long TenantId, SeriesKey Key, long Requests, long Errors, long Throttled, long ColdStarts, long Fuel, long MemoryBytes, IReadOnlyList<long> Latencies);
