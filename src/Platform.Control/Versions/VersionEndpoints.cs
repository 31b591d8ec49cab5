using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Apps;
using Platform.Control.Idempotency;
using Platform.Control.OpenApi;
using Platform.Control.Paging;
using Platform.Control.Problems;
using Platform.Control.Snapshots;
using Platform.Control.Variables;

namespace Platform.Control.Versions;

/// <summary><c>…/versions</c> and <c>…/rollback</c> of an app.</summary>
internal static class VersionEndpoints
{
    public static void MapVersions(this IEndpointRouteBuilder v1, ControlOptions options)
    {
        DeployEndpoint.Map(v1, options);
        v1.MapGet("/tenants/{tenant}/apps/{app}/versions", ListAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("ListVersions").WithSummary("List an app's versions, newest first");
        v1.MapGet("/tenants/{tenant}/apps/{app}/versions/{version}", GetAsync).RequireAccess(AccessLevel.Viewer)
            .WithName("GetVersion").WithSummary("Get a version with its document");
        v1.MapPost("/tenants/{tenant}/apps/{app}/rollback", RollbackAsync).RequireAccess(AccessLevel.Developer).WithIdempotency()
            .WithName("Rollback").WithSummary("Make an earlier version live again")
            .Refuses(
                Problem.Conflict("There is no ready version before the live one."),
                Problem.VersionRemoved(1),
                Samples.ApprovalRequired,
                Samples.VariableRequired,
                Samples.SecretExpected,
                Samples.ModuleRefused,
                Samples.NoWorker);
    }

    private static async Task<Results<Ok<Page<VersionResource>>, ProblemHttpResult>> ListAsync(
        TenantAccess access,
        string app,
        [AsParameters] PageQuery query,
        HttpRequest request,
        AppStore apps,
        VersionStore versions,
        VersionAnswers answers,
        Cursors cursors,
        CancellationToken cancellationToken)
    {
        if (await apps.FindAsync(access.Tenant, app, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        var page = cursors.Read(query, $"{access.Tenant.Id}/apps/{row.Id}/versions");
        if (page is null)
        {
            return Problem.InvalidCursor;
        }

        var rows = await versions.ListAsync(access.Tenant, row.Id, page.After ?? long.MaxValue, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(cursors.ToPage(
            rows, page, version => version.Number, version => answers.Version(request, access.Tenant, app, version, withDocument: false)));
    }

    private static async Task<Results<Ok<VersionResource>, ProblemHttpResult>> GetAsync(
        TenantAccess access,
        string app,
        int version,
        HttpRequest request,
        VersionStore versions,
        VersionAnswers answers,
        CancellationToken cancellationToken)
    {
        var row = await versions.FindAsync(access.Tenant, app, version, cancellationToken);
        return row is null ? Problem.NotFound : TypedResults.Ok(answers.Version(request, access.Tenant, app, row, withDocument: true));
    }

    private static async Task<Results<Ok<DeployResource>, ProblemHttpResult>> RollbackAsync(
        TenantAccess access,
        string app,
        RollbackRequest? body,
        RequestEffect effect,
        HttpContext context,
        AppStore apps,
        VersionStore versions,
        VariableRules variables,
        Preparation preparation,
        SnapshotStore snapshots,
        VersionAnswers answers,
        CancellationToken cancellationToken)
    {
        if (await apps.FindAsync(access.Tenant, app, cancellationToken) is not { } row)
        {
            return Problem.NotFound;
        }

        var target = body?.Version is { } number
            ? await versions.FindAsync(access.Tenant, app, number, cancellationToken)
            : await versions.FindReadyBeforeAsync(access.Tenant, row.Id, row.Live ?? 0, cancellationToken);
        if (target is null)
        {
            return body?.Version is null ? Problem.Conflict("There is no ready version before the live one.") : Problem.NotFound;
        }

        if (GoingLive.Check(target) is { } cannot)
        {
            return cannot;
        }

        var document = target.Read();
        if (await variables.CheckVersionAsync(access.Tenant, app, document, cancellationToken) is { } unset)
        {
            return unset;
        }

        // Its compiled code may have left the workers' caches since; no request shall be the one that compiles.
        var prepared = await preparation.PrepareAsync(access.Tenant, document, cancellationToken);
        if (VersionAnswers.Refusal(prepared, context) is { } refusal)
        {
            return refusal;
        }

        if (await versions.MakeLiveAsync(access.Tenant, row.Id, app, target.Number, access.Actor, effect.Answering<NewVersion>(Answer), cancellationToken) is not { } live)
        {
            // It was ready a moment ago, and the app is gone or the version.
            var now = await versions.FindAsync(access.Tenant, app, target.Number, cancellationToken);
            return now is null ? Problem.NotFound : GoingLive.Check(now) ?? Problem.NotFound;
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        return Answer(live);

        Ok<DeployResource> Answer(NewVersion now) => TypedResults.Ok(answers.Deploy(context.Request, access.Tenant, app, now, document, VersionState.Ready));
    }
}
