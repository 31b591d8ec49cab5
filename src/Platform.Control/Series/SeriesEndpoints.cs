using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Contracts.Series;
using Platform.Control.Access;
using Platform.Control.Apps;
using Platform.Control.OpenApi;
using Platform.Control.Problems;

namespace Platform.Control.Series;

/// <summary><c>…/apps/{a}/metrics</c>: an app's requests over time.</summary>
internal static class SeriesEndpoints
{
    // Two days of minutes, which is what is kept of them unless the operator says more.
    private const int MaxPoints = 3000;

    private const string UnknownResolution = "'resolution' must be minute, hour or day.";

    public static void MapMetrics(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/tenants/{tenant}/apps/{app}/metrics", GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetMetrics").WithSummary("Get an app's requests, errors, latencies, fuel and memory over time, by minute, hour or day").Produces<MetricsResource>()
            .Refuses(Problem.Invalid(UnknownResolution));

    private static async Task<IResult> GetAsync(
        TenantAccess access, string app, [AsParameters] SeriesParameters parameters, AppStore apps, SeriesStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await apps.FindAsync(access.Tenant, app, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        if (SeriesResolution.Parse(parameters.Resolution) is not { } resolution)
        {
            return Problem.Invalid(UnknownResolution);
        }

        var end = parameters.To ?? time.GetUtcNow();
        var begin = parameters.From ?? (end - DateTimeOffset.UnixEpoch > resolution.Shown ? end - resolution.Shown : DateTimeOffset.UnixEpoch);
        if (begin >= end)
        {
            return Problem.Invalid("'from' must be before 'to'.");
        }

        var from = resolution.Floor(begin.ToUnixTimeMilliseconds());

        // Time ends within the last minute, hour or day.
        var to = Math.Min(resolution.Floor(end.ToUnixTimeMilliseconds() + resolution.Step - 1), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());
        var rows = await store.ReadAsync(access.Tenant, row.Id, parameters.Version, resolution, from, to, MaxPoints + 1, cancellationToken);
        return rows.Count > MaxPoints
            ? Problem.Invalid("That is more than one answer holds. Ask for a shorter time or a coarser resolution.")
            : TypedResults.Ok(new MetricsResource(resolution.Name, Time(from), Time(to), [.. rows.Select(ToPoint)]));
    }

    private static MetricsPoint ToPoint(SeriesRow row)
    {
        var ran = row.Latencies.Sum();
        return new MetricsPoint(
            Time(row.Time),
            row.Requests,
            row.Errors,
            row.Throttled,
            row.ColdStarts,
            Percentile(row, 0.5),
            Percentile(row, 0.95),
            Percentile(row, 0.99),
            ran == 0 ? 0 : row.Fuel / ran,
            ran == 0 ? 0 : row.MemoryBytes / ran);
    }

    private static double? Percentile(SeriesRow row, double fraction) =>
        LatencyBuckets.Percentile(row.Latencies, fraction) is { } time ? Math.Round(time.TotalMilliseconds, 3) : null;

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
