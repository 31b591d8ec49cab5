using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Idempotency;
using Platform.Control.OpenApi;
using Platform.Control.Preconditions;
using Platform.Control.Problems;
using Platform.Control.Snapshots;
using Platform.Control.Versions;

namespace Platform.Control.Approvals;

/// <summary><c>…/settings</c> of a tenant and <c>…/versions/{n}/approve</c>: whether, and that, an owner lets a version do more than the live one.</summary>
internal static class ApprovalEndpoints
{
    private const string Settings = "/tenants/{tenant}/settings";

    public static IServiceCollection AddApprovals(this IServiceCollection services) => services.AddSingleton<TenantSettingsStore>();

    public static void MapApprovals(this IEndpointRouteBuilder v1)
    {
        v1.MapGet(Settings, GetAsync).RequireAccess(AccessLevel.Owner)
            .WithName("GetTenantSettings").WithSummary("Get what a tenant's owners decided for it")
            .HasETag();
        v1.MapPut(Settings, PutAsync).RequireAccess(AccessLevel.Owner)
            .WithName("PutTenantSettings").WithSummary("Decide whether versions that may do more wait for an owner's approval")
            .HasETag()
            .Refuses(Problem.PreconditionFailed);
        v1.MapPost("/tenants/{tenant}/apps/{app}/versions/{version}/approve", ApproveAsync).RequireAccess(AccessLevel.Owner).WithIdempotency()
            .WithName("ApproveVersion").WithSummary("Approve what a version may newly do; it goes live if no newer one is")
            .Refuses(
                Problem.Conflict("Version 2 awaits no approval."),
                Problem.VersionRemoved(2),
                Samples.ModuleRefused,
                Samples.NoWorker);
    }

    private static async Task<Results<Ok<TenantSettingsResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access, HttpContext context, TenantSettingsStore store, CancellationToken cancellationToken) =>
        Answer(context, await store.FindAsync(access.Tenant, cancellationToken), Problem.NotFound);

    private static async Task<Results<Ok<TenantSettingsResource>, ProblemHttpResult>> PutAsync(
        TenantAccess access, TenantSettingsResource body, HttpContext context, TenantSettingsStore store, CancellationToken cancellationToken) =>
        Answer(
            context,
            await store.ChangeAsync(access.Tenant, body, Revisioned.ReadIfMatch(context), access.Actor, cancellationToken),
            Problem.PreconditionFailed);

    private static Results<Ok<TenantSettingsResource>, ProblemHttpResult> Answer(HttpContext context, TenantSettingsRow? row, ProblemHttpResult otherwise)
    {
        if (row is null)
        {
            return otherwise;
        }

        Revisioned.SetETag(context, row.Revision);
        return TypedResults.Ok(new TenantSettingsResource(row.RequireApproval == 1));
    }

    private static async Task<Results<Ok<VersionResource>, ProblemHttpResult>> ApproveAsync(
        TenantAccess access,
        string app,
        int version,
        RequestEffect effect,
        HttpContext context,
        VersionStore versions,
        Preparation preparation,
        SnapshotStore snapshots,
        VersionAnswers answers,
        CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(access.Tenant, app, version, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        if (row.ToState() == VersionState.Removed)
        {
            return Problem.VersionRemoved(version);
        }

        if (row.Awaits() is null)
        {
            return Problem.Conflict($"Version {version} awaits no approval.");
        }

        // Its compiled code may have left the workers' caches while it waited.
        if (row.ToState() == VersionState.Ready
            && VersionAnswers.Refusal(await preparation.PrepareAsync(access.Tenant, row.Read(), cancellationToken), context) is { } refusal)
        {
            return refusal;
        }

        if (await versions.ApproveAsync(access.Tenant, app, version, access.Actor, effect.Answering<VersionRow>(Answer), cancellationToken) is not { } approved)
        {
            return Problem.Conflict($"Version {version} awaits no approval any more.");
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        return Answer(approved);

        Ok<VersionResource> Answer(VersionRow changed) => TypedResults.Ok(answers.Version(context.Request, access.Tenant, app, changed, withDocument: false));
    }
}
