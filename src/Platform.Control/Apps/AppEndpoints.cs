using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
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
            .WithName("DeleteApp").WithSummary("Delete an app with its versions; it stops answering at once");
    }

    private static async Task<Results<Ok<Page<AppResource>>, ProblemHttpResult>> ListAsync(
        TenantAccess access,
        [AsParameters] PageQuery query,
        HttpRequest request,
        AppStore store,
        AppUrls urls,
        Cursors cursors,
        CancellationToken cancellationToken)
    {
        var page = cursors.Read(query, $"{access.Tenant.Id}/apps");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await store.ListAsync(access.Tenant, page.After ?? 0, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(rows, page, row => row.Id, row => ToResource(row, access, request, urls)));
    }

    private static async Task<Results<Ok<AppResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access, string app, HttpRequest request, AppStore store, AppUrls urls, CancellationToken cancellationToken)
    {
        var row = await store.FindAsync(access.Tenant, app, cancellationToken);
        return row is null ? Problem.NotFound : TypedResults.Ok(ToResource(row, access, request, urls));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        TenantAccess access, string app, AppStore store, SnapshotStore snapshots, CancellationToken cancellationToken)
    {
        if (await store.DeleteAsync(access.Tenant, app, access.Actor, cancellationToken) is null)
        {
            return Problem.NotFound;
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        return TypedResults.NoContent();
    }

    private static AppResource ToResource(AppRow row, TenantAccess access, HttpRequest request, AppUrls urls) => new(
        row.Name, urls.App(request, access.Tenant.Name, row.Name), (int?)row.Live, DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt));
}
