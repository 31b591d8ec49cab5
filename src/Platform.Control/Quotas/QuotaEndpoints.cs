using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Platform.Contracts.Api;
using Platform.Contracts.Usage;
using Platform.Contracts.Versions;
using Platform.Control.Access;
using Platform.Control.OpenApi;
using Platform.Control.Preconditions;
using Platform.Control.Problems;
using Platform.Control.Snapshots;
using Platform.Control.Tenants;
using Platform.Control.Usage;
using Platform.Data.Blobs;

namespace Platform.Control.Quotas;

/// <summary><c>PATCH /v1/tenants/{t}</c>, by which the operator sets quotas, and <c>/v1/tenants/{t}/quota</c>, which says how they stand.</summary>
internal static class QuotaEndpoints
{
    private const string Merge = "application/merge-patch+json";

    private static readonly JsonDocumentOptions Parsing = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static void MapQuotas(this IEndpointRouteBuilder v1)
    {
        v1.MapPatch("/tenants/{tenant}", UpdateAsync).RequireAccess(AccessLevel.Operator)
            .WithName("UpdateTenant").WithSummary("Change a tenant's quota by a JSON merge patch (RFC 7396)")
            .Accepts<UpdateTenantRequest>(Merge, "application/json").Produces<TenantResource>()
            .HasETag()
            .Refuses(
                Problem.Invalid("Send a JSON object, such as {\"quota\":{\"apps\":10}}."),
                Problem.PreconditionFailed,
                Problem.FromStatus(413),
                Problem.FromStatus(415),
                Problem.LimitTooHigh("'fuel' of the quota's limits is 100000000000, above this installation's ceiling of 10000000000."));
        v1.MapGet("/tenants/{tenant}/quota", GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetQuota").WithSummary("Get a tenant's quotas as they are in force, with what is used of each");
    }

    private static async Task<IResult> UpdateAsync(
        TenantAccess access,
        HttpContext http,
        TenantStore store,
        SnapshotStore snapshots,
        ControlOptions options,
        IOptions<JsonOptions> json,
        CancellationToken cancellationToken)
    {
        var patch = await ReadAsync(http.Request, cancellationToken);
        if (patch is not JsonObject || await store.FindAsync(access.Tenant, cancellationToken) is not { } row)
        {
            return patch is JsonObject ? Problem.NotFound : Problem.Invalid("Send a JSON object, such as {\"quota\":{\"apps\":10}}.");
        }

        // Made of what was read at this revision, and written only if it still is the revision.
        var expected = Revisioned.ReadIfMatch(http);
        if (expected is not null && expected != row.Revision)
        {
            return Problem.PreconditionFailed;
        }

        var serializer = json.Value.SerializerOptions;
        var merged = MergePatch.Apply(JsonSerializer.SerializeToNode(new UpdateTenantRequest(QuotaJson.Read(row.Quota)), serializer), patch);
        QuotaDocument quota;
        try
        {
            quota = merged.Deserialize<UpdateTenantRequest>(serializer)?.Quota ?? new QuotaDocument();
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException("The JSON is not what this path takes.", StatusCodes.Status400BadRequest, e);
        }

        if (QuotaRules.Check(quota, options.LimitCeilings) is { } refusal)
        {
            return refusal;
        }

        var updated = await store.SetQuotaAsync(access.Tenant, quota, row.Revision, access.Actor, cancellationToken);
        if (updated is null)
        {
            return Problem.PreconditionFailed;
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        Revisioned.SetETag(http, updated.Revision);
        return TypedResults.Ok(TenantEndpoints.ToResource(updated));
    }

    private static async Task<Results<Ok<QuotaResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access, TenantQuotas quotas, BlobStore blobs, UsageStore usage, ControlOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var quota = quotas.QuotaOf(access.Tenant);
        var now = time.GetUtcNow();
        var month = UsageTime.MonthOf(now);
        return TypedResults.Ok(new QuotaResource(
            new QuotaValue(quota.RequestsPerSecond),
            new QuotaValue(quota.Burst ?? quota.RequestsPerSecond),
            new QuotaValue(quota.Concurrency),
            new QuotaValue(quota.TotalConcurrency),
            new QuotaValue(quota.Apps, await quotas.CountAppsAsync(access.Tenant, cancellationToken)),
            new QuotaValue(quota.StorageBytes, await blobs.OwnedBytesAsync(access.Tenant, cancellationToken)),
            new QuotaValue(quota.FuelPerMonth, await usage.FuelOfAsync(access.Tenant, month, cancellationToken)),
            DateTimeOffset.FromUnixTimeMilliseconds(month).AddMonths(1),
            Least(quota.Limits, options.LimitCeilings)));
    }

    private static async Task<JsonNode?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonNode.ParseAsync(request.Body, null, Parsing, cancellationToken);
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException("The body is not JSON.", StatusCodes.Status400BadRequest, e);
        }
    }

    private static LimitsDocument Least(LimitsDocument a, LimitsDocument b) => new(
        Least(a.Fuel, b.Fuel),
        Least(a.MemoryBytes, b.MemoryBytes),
        Least(a.WallMs, b.WallMs),
        Least(a.RequestBodyBytes, b.RequestBodyBytes),
        Least(a.OutboundRequests, b.OutboundRequests),
        Least(a.LogBytes, b.LogBytes));

    private static long? Least(long? a, long? b) => a is { } x && b is { } y ? Math.Min(x, y) : a ?? b;
}
