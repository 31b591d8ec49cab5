namespace Platform.Control.Series;

/// <summary>A minute, hour or day of an app.</summary>
internal sealed record SeriesRow(long Time, long Requests, long Errors, long Throttled, long ColdStarts, long Fuel, long MemoryBytes, long[] Latencies);
