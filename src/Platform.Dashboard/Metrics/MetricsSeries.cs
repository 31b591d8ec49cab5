using Platform.Contracts.Api;
using Platform.Dashboard.Charts;

namespace Platform.Dashboard.Metrics;

/// <summary>An app's metrics as the charts show them: a value for each bucket, also of those that the API leaves out since nothing ran.</summary>
/// <param name="Times">The buckets' beginnings.</param>
/// <param name="Requests">What came in all of them, refused or not.</param>
internal sealed record MetricsSeries(IReadOnlyList<DateTimeOffset> Times, long Requests)
{
    // A bucket that has just begun: a single request would be a peak.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    public required IReadOnlyList<ChartSeries> Rate { get; init; }

    public required IReadOnlyList<ChartSeries> ErrorRate { get; init; }

    public required IReadOnlyList<ChartSeries> Latency { get; init; }

    public required IReadOnlyList<ChartSeries> Fuel { get; init; }

    public required IReadOnlyList<ChartSeries> Memory { get; init; }

    public required IReadOnlyList<ChartSeries> ColdStarts { get; init; }

    /// <summary>Of what the API answered at a time: the bucket that isn't over then is as long as it has been so far.</summary>
    public static MetricsSeries Of(MetricsResource metrics, IReadOnlyList<DateTimeOffset> times, TimeSpan bucket, DateTimeOffset now)
    {
        var points = metrics.Points.ToDictionary(static point => point.At.ToUniversalTime());
        return new MetricsSeries(times, metrics.Points.Sum(static point => point.Requests))
        {
            Rate =
            [
                Line("answered", static (point, seconds) => AnsweredOf(point) / seconds),
                Line("refused by quota", static (point, seconds) => (point?.Throttled ?? 0) / seconds),
            ],
            ErrorRate = [Line("of requests", static (point, _) => AnsweredOf(point) is > 0 and var answered ? 100.0 * point!.Errors / answered : null)],
            Latency =
            [
                Line("p50", static (point, _) => point?.P50Ms),
                Line("p95", static (point, _) => point?.P95Ms),
                Line("p99", static (point, _) => point?.P99Ms),
            ],
            Fuel = [Line("mean", static (point, _) => point is { P50Ms: not null } ? point.Fuel : null)],
            Memory = [Line("mean", static (point, _) => point is { P50Ms: not null } ? point.MemoryBytes : null)],
            ColdStarts = [Line("cold starts", static (point, _) => point?.ColdStarts ?? 0)],
        };

        ChartSeries Line(string name, Func<MetricsPoint?, double, double?> value) =>
            new(name, [.. times.Select(time => value(points.GetValueOrDefault(time), SecondsOf(time)))]);

        double SecondsOf(DateTimeOffset time) => Math.Clamp((now - time).TotalSeconds, Shortest.TotalSeconds, bucket.TotalSeconds);
    }

    // The API counts what a quota refused among the requests, and among the errors it doesn't.
    private static long AnsweredOf(MetricsPoint? point) => point is null ? 0 : point.Requests - point.Throttled;
}
