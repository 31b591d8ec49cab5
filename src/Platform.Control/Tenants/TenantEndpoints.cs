using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Contracts.Naming;
using Platform.Control.Access;
using Platform.Control.Deletion;
using Platform.Control.Idempotency;
using Platform.Control.OpenApi;
using Platform.Control.Paging;
using Platform.Control.Preconditions;
using Platform.Control.Problems;
using Platform.Control.Quotas;
using Platform.Control.Snapshots;

namespace Platform.Control.Tenants;

/// <summary><c>/v1/tenants</c>.</summary>
internal static class TenantEndpoints
{
    public static void MapTenants(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/tenants", CreateAsync).RequireAccess(AccessLevel.Operator).WithIdempotency()
            .WithName("CreateTenant").WithSummary("Create a tenant")
            .Refuses(
                Problem.InvalidName("tenant"),
                Problem.Conflict("There is a tenant 'acme' already."),
                Problem.TenantDeleted("acme"));
        v1.MapGet("/tenants", ListAsync).RequireAccess(AccessLevel.Operator)
            .WithName("ListTenants").WithSummary("List all tenants, or with deleted=true those that can still be restored; a user finds their own at /v1/me");
        v1.MapGet("/tenants/{tenant}", GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetTenant").WithSummary("Get a tenant")
            .HasETag();
        v1.MapDelete("/tenants/{tenant}", DeleteAsync).RequireAccess(AccessLevel.Operator)
            .WithMetadata(ReachesDeletedTenants.Instance)
            .WithName("DeleteTenant").WithSummary("Delete a tenant; its apps stop answering at once, and it can be restored for some days unless it is purged")
            .Produces(204).Produces(202);
        v1.MapPost("/tenants/{tenant}/restore", RestoreAsync).RequireAccess(AccessLevel.Operator).WithIdempotency()
            .WithMetadata(ReachesDeletedTenants.Instance)
            .WithName("RestoreTenant").WithSummary("Take back a tenant's deletion; its apps answer again at once");
    }

    private static async Task<Results<Created<TenantResource>, ProblemHttpResult>> CreateAsync(
        CreateTenantRequest body, CallerAccess access, RequestEffect effect, TenantStore store, SnapshotStore snapshots, CancellationToken cancellationToken)
    {
        if (!Slug.IsValid(body.Name))
        {
            return Problem.InvalidName("tenant");
        }

        var row = await store.CreateAsync(body.Name, access.Actor, effect.Answering<TenantRow>(Created), cancellationToken);
        if (row is null)
        {
            return await store.IsDeletedAsync(body.Name, cancellationToken) ? Problem.TenantDeleted(body.Name) : Problem.Conflict($"There is a tenant '{body.Name}' already.");
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        return Created(row);
    }

    private static Created<TenantResource> Created(TenantRow row) => TypedResults.Created($"/v1/tenants/{row.Name}", ToResource(row));

    private static async Task<Results<Ok<Page<TenantResource>>, ProblemHttpResult>> ListAsync(
        [AsParameters] PageQuery query, bool? deleted, TenantStore store, ControlOptions options, Cursors cursors, CancellationToken cancellationToken)
    {
        var page = cursors.Read(query, deleted == true ? "tenants/deleted" : "tenants");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await store.ListAsync(deleted == true, page.After ?? 0, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(rows, page, row => row.Id, row =>
        {
            var tenant = ToResource(row);
            return tenant with { RestorableUntil = tenant.Deleted + options.DeletedGrace };
        }));
    }

    private static async Task<Results<Ok<TenantResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access, TenantStore store, HttpContext http, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(access.Tenant, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        Revisioned.SetETag(http, row.Revision);
        return TypedResults.Ok(ToResource(row));
    }

    private static async Task<Results<NoContent, Accepted, ProblemHttpResult>> DeleteAsync(
        TenantAccess access, bool? purge, TenantStore store, Purger purger, SnapshotStore snapshots, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await store.DeleteAsync(access.Tenant, access.Actor, cancellationToken))
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

        if (!await purger.MarkTenantAsync(access.Tenant, time.GetUtcNow().ToUnixTimeMilliseconds(), access.Actor, CancellationToken.None))
        {
            return Problem.NotFound;
        }

        await purger.ContinueAsync(cancellationToken);
        return await store.FindAsync(access.Tenant, cancellationToken) is null ? TypedResults.NoContent() : TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<Ok<TenantResource>, ProblemHttpResult>> RestoreAsync(
        TenantAccess access, RequestEffect effect, TenantStore store, SnapshotStore snapshots, CancellationToken cancellationToken)
    {
        var record = effect.Answering<TenantRow>(static restored => TypedResults.Ok(ToResource(restored)));
        if (await store.RestoreAsync(access.Tenant, access.Actor, record, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        return TypedResults.Ok(ToResource(row));
    }

    /// <summary>The tenant as the API shows it.</summary>
    public static TenantResource ToResource(TenantRow row) => new(
        row.Name,
        DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
        QuotaJson.Read(row.Quota),
        row.DeletedAt is { } deleted ? DateTimeOffset.FromUnixTimeMilliseconds(deleted) : null);
}
