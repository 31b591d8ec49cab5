using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Deletion;
using Platform.Control.Idempotency;
using Platform.Control.OpenApi;
using Platform.Control.Paging;
using Platform.Control.Problems;
using Platform.Control.Snapshots;

namespace Platform.Control.Apps;

/// <summary><c>/v1/tenants/{t}/apps</c>.</summary>
internal static class AppEndpoints
{
    public static void MapApps(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tenants/{tenant}/apps", ListAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("ListApps").WithSummary("List a tenant's apps");
        v1.MapGet("/tenants/{tenant}/apps/{app}", GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetApp").WithSummary("Get an app");
        v1.MapDelete("/tenants/{tenant}/apps/{app}", DeleteAsync).RequireAccess(AccessLevel.Developer)
            .WithName("DeleteApp").WithSummary("Delete an app; it stops answering at once, and can be restored for some days unless it is purged, which is an owner's")
            .Produces(204).Produces(202)
            .Refuses(Problem.RoleTooLow(AccessLevel.Owner));
        v1.MapPost("/tenants/{tenant}/apps/{app}/restore", RestoreAsync).RequireAccess(AccessLevel.Developer).WithIdempotency()
            .WithName("RestoreApp").WithSummary("Take back an app's deletion; it answers again at once")
            .Refuses(Samples.AppsQuotaExceeded);
    }

    private static async Task<Results<Ok<Page<AppResource>>, ProblemHttpResult>> ListAsync(
        TenantAccess access,
        [AsParameters] PageQuery query,
        bool? deleted,
        HttpRequest request,
        AppStore store,
        AppUrls urls,
        ControlOptions options,
        Cursors cursors,
        CancellationToken cancellationToken)
    {
        var page = cursors.Read(query, deleted == true ? $"{access.Tenant.Id}/apps/deleted" : $"{access.Tenant.Id}/apps");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await store.ListAsync(access.Tenant, deleted == true, page.After ?? 0, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(rows, page, row => row.Id, row => ToResource(row, access, request, urls, options)));
    }

    private static async Task<Results<Ok<AppResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access, string app, HttpRequest request, AppStore store, AppUrls urls, ControlOptions options, CancellationToken cancellationToken)
    {
        var row = await store.FindAsync(access.Tenant, app, cancellationToken);
        return row is null ? Problem.NotFound : TypedResults.Ok(ToResource(row, access, request, urls, options));
    }

    private static async Task<Results<NoContent, Accepted, ProblemHttpResult>> DeleteAsync(
        TenantAccess access,
        string app,
        bool? purge,
        AppStore store,
        Purger purger,
        SnapshotStore snapshots,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (purge == true && access.Level < AccessLevel.Owner)
        {
            return Problem.RoleTooLow(AccessLevel.Owner);
        }

        if (await store.DeleteAsync(access.Tenant, app, access.Actor, cancellationToken))
        {
            await snapshots.RefreshAsync(CancellationToken.None);
        }
        else if (purge != true)
        {
            return Problem.NotFound;
        }

        if (purge != true)
        {
            return TypedResults.NoContent();
        }

        var id = await purger.MarkAppAsync(access.Tenant, app, time.GetUtcNow().ToUnixTimeMilliseconds(), access.Actor, CancellationToken.None);
        return id is not { } number ? Problem.NotFound
            : await purger.PurgeAppAsync(number, cancellationToken) ? TypedResults.NoContent()
            : TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<Ok<AppResource>, ProblemHttpResult>> RestoreAsync(
        TenantAccess access,
        string app,
        RequestEffect effect,
        HttpRequest request,
        AppStore store,
        AppUrls urls,
        SnapshotStore snapshots,
        ControlOptions options,
        CancellationToken cancellationToken)
    {
        if (await store.RestoreAsync(access.Tenant, app, access.Actor, effect.Answering<AppRow>(Answer), cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        return Answer(row);

        Ok<AppResource> Answer(AppRow restored) => TypedResults.Ok(ToResource(restored, access, request, urls, options));
    }

    private static AppResource ToResource(AppRow row, TenantAccess access, HttpRequest request, AppUrls urls, ControlOptions options)
    {
        DateTimeOffset? deleted = row.DeletedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
        return new AppResource(
            row.Name,
            urls.App(request, access.Tenant.Name, row.Name),
            (int?)row.Live,
            DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
            deleted,
            deleted + options.DeletedGrace);
    }
}
