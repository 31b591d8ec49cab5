using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Exports;
using Platform.Control.OpenApi;
using Platform.Control.Paging;
using Platform.Control.Problems;

namespace Platform.Control.Audit;

/// <summary><c>/v1/tenants/{t}/audit</c> for a tenant's owner, <c>/v1/audit</c> for the operator: pages, and exports of all there is.</summary>
internal static class AuditEndpoints
{
    private const int ReadAtOnce = 500;

    private static readonly string[] Header =
        ["id", "time", "tenant", "actor", "actorName", "address", "requestId", "action", "target", "before", "after"];

    private delegate Task<List<AuditRow>> Read(long before, int count);

    public static void MapAudit(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/audit", ListOfTenantAsync).RequireAccess(AccessLevel.Owner)
            .WithName("ListAudit").WithSummary("List what was changed in a tenant, newest first").Produces<Page<AuditEntryResource>>();
        v1.MapGet("/tenants/{tenant}/audit/export", ExportOfTenant).RequireAccess(AccessLevel.Owner)
            .WithName("ExportAudit").WithSummary("Export a tenant's audit trail as CSV, or as JSON, one entry a line").AnswersWith("All there is, a row a line.", "application/jsonl", "text/csv")
            .Refuses(ExportFormats.Unknown);
        v1.MapGet("/audit", ListAllAsync).RequireAccess(AccessLevel.Operator)
            .WithName("ListInstallationAudit").WithSummary("List what was changed in the installation and all its tenants, newest first").Produces<Page<AuditEntryResource>>();
        v1.MapGet("/audit/export", ExportAll).RequireAccess(AccessLevel.Operator)
            .WithName("ExportInstallationAudit").WithSummary("Export the installation's audit trail as CSV, or as JSON, one entry a line").AnswersWith("All there is, a row a line.", "application/jsonl", "text/csv")
            .Refuses(ExportFormats.Unknown);
    }

    private static Task<IResult> ListOfTenantAsync(
        TenantAccess access, [AsParameters] PageQuery query, AuditStore store, Cursors cursors, CancellationToken cancellationToken) =>
        ListAsync(query, $"{access.Tenant.Id}/audit", cursors, (before, count) => store.ListAsync(access.Tenant, before, count, cancellationToken));

    private static Task<IResult> ListAllAsync(
        [AsParameters] PageQuery query, AuditStore store, Cursors cursors, CancellationToken cancellationToken) =>
        ListAsync(query, "audit", cursors, (before, count) => store.ListAllAsync(before, count, cancellationToken));

    private static IResult ExportOfTenant(TenantAccess access, string? format, AuditStore store, CancellationToken cancellationToken) =>
        Export(format, $"audit-{access.Tenant.Name}", (before, count) => store.ListAsync(access.Tenant, before, count, cancellationToken));

    private static IResult ExportAll(string? format, AuditStore store, CancellationToken cancellationToken) =>
        Export(format, "audit", (before, count) => store.ListAllAsync(before, count, cancellationToken));

    private static async Task<IResult> ListAsync(PageQuery query, string list, Cursors cursors, Read read)
    {
        var page = cursors.Read(query, list);
        return page is null
            ? Problem.InvalidCursor
            : TypedResults.Ok(cursors.ToPage(await read(page.After ?? long.MaxValue, page.Limit + 1), page, row => row.Id, ToResource));
    }

    private static IResult Export(string? format, string name, Read read) =>
        ExportFormats.Read(format) is { } known
            ? new ExportResult<AuditRow>(known, name, AllAsync(read), Header, ToFields, row => ToResource(row))
            : ExportFormats.Unknown;

    private static async IAsyncEnumerable<AuditRow> AllAsync(Read read)
    {
        var before = long.MaxValue;
        List<AuditRow> rows;
        do
        {
            rows = await read(before, ReadAtOnce);
            foreach (var row in rows)
            {
                before = row.Id;
                yield return row;
            }
        }
        while (rows.Count == ReadAtOnce);
    }

    private static string?[] ToFields(AuditRow row) =>
    [
        row.Id.ToString(CultureInfo.InvariantCulture),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Time).ToString("o", CultureInfo.InvariantCulture),
        row.Tenant,
        row.Actor,
        row.ActorName,
        row.Address,
        row.RequestId,
        row.Action,
        row.Target,
        row.Before,
        row.After,
    ];

    private static AuditEntryResource ToResource(AuditRow row) => new(
        row.Id,
        DateTimeOffset.FromUnixTimeMilliseconds(row.Time),
        row.Tenant,
        row.Actor,
        row.ActorName,
        row.Address,
        row.RequestId,
        row.Action,
        row.Target,
        Parse(row.Before),
        Parse(row.After));

    private static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json);
}
