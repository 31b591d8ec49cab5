using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Exports;
using Platform.Control.OpenApi;
using Platform.Control.Problems;
using Platform.Data;

namespace Platform.Control.Usage;

/// <summary><c>/v1/tenants/{t}/usage</c> and <c>…/apps/{a}/usage</c>: what was used, of apps that are gone too.</summary>
internal static class UsageEndpoints
{
    // Of the store's rows, one for each outcome of a time: an answer of some MiB.
    private const int MaxRows = 20_000;
    private const int ReadAtOnce = 1000;

    public static void MapUsage(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/usage", GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetUsage").WithSummary("Get a tenant's usage by hour, day or month").Produces<UsageResource>()
            .Refuses(Problem.Invalid("'granularity' must be hour, day or month."));
        v1.MapGet("/tenants/{tenant}/usage/export", ExportAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("ExportUsage").WithSummary("Export a tenant's usage by hour, app, version and outcome as CSV, or as JSON, one row a line").AnswersWith("All there is, a row a line.", "application/jsonl", "text/csv")
            .Refuses(ExportFormats.Unknown);
        v1.MapGet("/tenants/{tenant}/apps/{app}/usage", GetOfAppAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetAppUsage").WithSummary("Get an app's usage by hour, day or month").Produces<UsageResource>()
            .Refuses(Problem.Invalid("'granularity' must be hour, day or month."));
        v1.MapGet("/tenants/{tenant}/apps/{app}/usage/export", ExportOfAppAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("ExportAppUsage").WithSummary("Export an app's usage by hour, version and outcome as CSV, or as JSON, one row a line").AnswersWith("All there is, a row a line.", "application/jsonl", "text/csv")
            .Refuses(ExportFormats.Unknown);
    }

    private static Task<IResult> GetAsync(
        TenantAccess access, [AsParameters] UsageParameters parameters, UsageStore store, TimeProvider time, CancellationToken cancellationToken) =>
        ReportAsync(access.Tenant, null, parameters, store, time, cancellationToken);

    private static Task<IResult> GetOfAppAsync(
        TenantAccess access, string app, [AsParameters] UsageParameters parameters, UsageStore store, TimeProvider time, CancellationToken cancellationToken) =>
        ReportAsync(access.Tenant, app, parameters, store, time, cancellationToken);

    private static Task<IResult> ExportAsync(
        TenantAccess access, DateTimeOffset? from, DateTimeOffset? to, string? format, UsageStore store, TimeProvider time, CancellationToken cancellationToken) =>
        ExportRowsAsync(access.Tenant, null, from, to, format, store, time, cancellationToken);

    private static Task<IResult> ExportOfAppAsync(
        TenantAccess access, string app, DateTimeOffset? from, DateTimeOffset? to, string? format, UsageStore store, TimeProvider time, CancellationToken cancellationToken) =>
        ExportRowsAsync(access.Tenant, app, from, to, format, store, time, cancellationToken);

    private static async Task<IResult> ReportAsync(
        TenantScope tenant, string? app, UsageParameters parameters, UsageStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!UsageQuery.TryRead(parameters, time.GetUtcNow(), out var query, out var refusal))
        {
            return refusal;
        }

        if (app is not null && !await store.IsKnownAsync(tenant, app, cancellationToken))
        {
            return Problem.NotFound;
        }

        var rows = await store.SumAsync(tenant, app, query, MaxRows + 1, cancellationToken);
        return rows.Count > MaxRows
            ? Problem.Invalid("That is more than one answer holds. Ask for a shorter time, a coarser granularity or fewer groups, or use the export.")
            : TypedResults.Ok(UsageReports.ToResource(query, rows));
    }

    private static async Task<IResult> ExportRowsAsync(
        TenantScope tenant, string? app, DateTimeOffset? from, DateTimeOffset? to, string? format, UsageStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (ExportFormats.Read(format) is not { } known)
        {
            return ExportFormats.Unknown;
        }

        if (!UsageQuery.TryRead(new UsageParameters(from, to, "hour", null), time.GetUtcNow(), out var query, out var refusal))
        {
            return refusal;
        }

        if (app is not null && !await store.IsKnownAsync(tenant, app, cancellationToken))
        {
            return Problem.NotFound;
        }

        var name = app is null ? $"usage-{tenant.Name}" : $"usage-{tenant.Name}-{app}";
        return new ExportResult<UsageHourRow>(
            known, name, AllAsync(tenant, app, query, store, cancellationToken), UsageReports.Header, UsageReports.ToFields, UsageReports.ToExport);
    }

    private static async IAsyncEnumerable<UsageHourRow> AllAsync(
        TenantScope tenant, string? app, UsageQuery query, UsageStore store, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        UsageHourRow? last = null;
        List<UsageHourRow> rows;
        do
        {
            rows = await store.ListAsync(tenant, app, query, last, ReadAtOnce, cancellationToken);
            foreach (var row in rows)
            {
                yield return last = row;
            }
        }
        while (rows.Count == ReadAtOnce);
    }
}
