namespace Platform.Dashboard.Metrics;

/// <summary>A minute, an hour or a day of an app's requests; fuel and memory are means of a request.</summary>
internal sealed record MetricsPoint(
    DateTimeOffset At, long Requests, long Errors, long Throttled, long ColdStarts, double? P50Ms, double? P95Ms, double? P99Ms, double Fuel, double MemoryBytes);
