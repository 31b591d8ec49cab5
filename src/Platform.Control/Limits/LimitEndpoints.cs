using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Versions;
using Platform.Control.Access;
using Platform.Control.OpenApi;
using Platform.Control.Preconditions;
using Platform.Control.Problems;
using Platform.Control.Snapshots;

namespace Platform.Control.Limits;

/// <summary><c>…/limits</c> of an app: what holds where a component's manifest sets none.</summary>
internal static class LimitEndpoints
{
    private const string Path = "/tenants/{tenant}/apps/{app}/limits";

    public static void MapLimits(this IEndpointRouteBuilder v1)
    {
        v1.MapGet(Path, GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetLimits").WithSummary("Get the limits that are set for an app; null where the default holds")
            .HasETag();
        v1.MapPut(Path, SetAsync).RequireAccess(AccessLevel.Developer)
            .WithName("SetLimits").WithSummary("Replace an app's limits, which hold from its next requests on where a component's manifest sets none")
            .HasETag()
            .Refuses(
                Problem.PreconditionFailed,
                Problem.LimitTooHigh("'fuel' is 100000000000, above the tenant's quota of 10000000000."),
                Problem.AppDeleted("hello"),
                Samples.AppsQuotaExceeded);
    }

    private static async Task<Results<Ok<LimitsDocument>, ProblemHttpResult>> GetAsync(
        TenantAccess access, string app, HttpContext http, LimitStore store, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(access.Tenant, app, cancellationToken) is not { } found)
        {
            return Problem.NotFound;
        }

        Revisioned.SetETag(http, found.Revision);
        return TypedResults.Ok(found.Limits);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> SetAsync(
        TenantAccess access,
        string app,
        LimitsDocument body,
        HttpContext http,
        LimitStore store,
        LimitCeilings ceilings,
        SnapshotStore snapshots,
        CancellationToken cancellationToken)
    {
        if (LimitName.All.FirstOrDefault(limit => limit.Of(body) < 1) is { } invalid)
        {
            return Problem.Invalid($"'{invalid.Property}' is {invalid.Of(body)}; it must be a whole number from 1, or left out for the default.");
        }

        if (ceilings.CheckApp(body) is { } refusal)
        {
            return refusal;
        }

        if (await store.SetAsync(access.Tenant, app, body, Revisioned.ReadIfMatch(http), access.Actor, cancellationToken) is not var (revision, isStale))
        {
            return Problem.NotFound;
        }

        if (isStale)
        {
            return Problem.PreconditionFailed;
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        Revisioned.SetETag(http, revision);
        return TypedResults.NoContent();
    }
}
