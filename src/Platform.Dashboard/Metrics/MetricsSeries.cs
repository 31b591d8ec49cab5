using Platform.Contracts.Api;
using Platform.Dashboard.Charts;

namespace Platform.Dashboard.Metrics;

/// <summary>An app's metrics as the charts show them: a value for each bucket, also of those that the API leaves out since nothing ran.</summary>
internal sealed record MetricsSeries(IReadOnlyList<DateTimeOffset> Times, long Requests)
{
    public required IReadOnlyList<ChartSeries> Rate { get; init; }

    public required IReadOnlyList<ChartSeries> ErrorRate { get; init; }

    public required IReadOnlyList<ChartSeries> Latency { get; init; }

    public required IReadOnlyList<ChartSeries> Fuel { get; init; }

    public required IReadOnlyList<ChartSeries> Memory { get; init; }

    public required IReadOnlyList<ChartSeries> ColdStarts { get; init; }

    public static MetricsSeries Of(MetricsResource metrics, IReadOnlyList<DateTimeOffset> times, TimeSpan bucket)
    {
        var points = metrics.Points.ToDictionary(static point => point.At.ToUniversalTime());
        return new MetricsSeries(times, metrics.Points.Sum(static point => point.Requests + point.Throttled))
        {
            Rate =
            [
                Line("answered", static (point, seconds) => (point?.Requests ?? 0) / seconds),
                Line("refused by quota", static (point, seconds) => (point?.Throttled ?? 0) / seconds),
            ],
            ErrorRate = [Line("of requests", static (point, _) => point is { Requests: > 0 } ? 100.0 * point.Errors / point.Requests : null)],
            Latency =
            [
                Line("p50", static (point, _) => point?.P50Ms),
                Line("p95", static (point, _) => point?.P95Ms),
                Line("p99", static (point, _) => point?.P99Ms),
            ],
            Fuel = [Line("mean", static (point, _) => point is { Requests: > 0 } ? point.Fuel : null)],
            Memory = [Line("mean", static (point, _) => point is { Requests: > 0 } ? point.MemoryBytes : null)],
            ColdStarts = [Line("cold starts", static (point, _) => point?.ColdStarts ?? 0)],
        };

        ChartSeries Line(string name, Func<MetricsPoint?, double, double?> value) =>
            new(name, [.. times.Select(time => value(points.GetValueOrDefault(time), bucket.TotalSeconds))]);
    }
}
