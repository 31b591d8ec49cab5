namespace Platform.Dashboard.Metrics;

/// <summary>An app's time series.</summary>
internal sealed record MetricsResource(string Resolution, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<MetricsPoint> Points);
