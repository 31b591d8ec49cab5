using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Platform.Contracts.Api;
using Platform.Contracts.Manifests;
using Platform.Control.Access;
using Platform.Control.Collection;
using Platform.Control.Idempotency;
using Platform.Control.OpenApi;
using Platform.Control.Problems;
using Platform.Control.Quotas;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;
using Platform.Control.Variables;

namespace Platform.Control.Versions;

/// <summary>
/// <c>POST …/deploy</c>: 1. store the parts; 2. make the document, its variables have their values, components composed with their dependencies; 3. have every module compiled; 4. in one transaction add the version and make it live;
/// 5. refresh the snapshot; 6. answer. A crash before 4 leaves the old version live and blobs that the next try finds again; after 4 the new one is live, and a retry with the same
/// Idempotency-Key gets the answer that 4 recorded.
/// With <c>?wait=false</c> the version is added before 3 and steps 3 to 5 follow in the background.
/// </summary>
internal sealed class DeployEndpoint(
    DeployFormReader reader,
    DocumentBuilder builder,
    VariableRules variables,
    TenantQuotas quotas,
    Composer composer,
    Preparation preparation,
    VersionStore versions,
    PendingDeploys pending,
    SnapshotStore snapshots,
    IdempotentRequests idempotency,
    VersionAnswers answers,
    ControlOptions options)
{
    public static void Map(IEndpointRouteBuilder v1, ControlOptions options) =>
        v1.MapPost("/tenants/{tenant}/apps/{app}/deploy", RunAsync).RequireAccess(AccessLevel.Developer)
            .WithMetadata(new RequestSizeLimitAttribute(options.MaxFileBytes + (4 * options.MaxModuleBytes)), IdempotencyMetadata.Instance)
            .WithName("Deploy").WithSummary("Deploy a module, or a manifest with its files, and make it live")
            .TakesForm(new FormMetadata(
                "multipart/form-data",
                [
                    new FormField("module", "A component or a preview1 command, deployed without a manifest.", IsFile: true),
                    new FormField("manifest", "A spin.toml; its modules and files come as further fields.", IsFile: true),
                    new FormField("archive", "A tar.gz or zip of a spin.toml and its files.", IsFile: true),
                    new FormField("message", "What the version is for, kept with it."),
                ],
                TakesFiles: true))
            .Produces<DeployResource>(201).Produces<DeployResource>(202)
            .Refuses(
                Problem.Invalid("Send the part 'module' with a .wasm file, or the part 'manifest' with a spin.toml and its files; or both in one part 'archive', a tar.gz or zip."),
                Samples.AppsQuotaExceeded,
                Problem.AppDeleted("hello"),
                Samples.ApprovalRequired,
                Problem.TooLarge("The part 'module' is too large. A module may have at most 67108864 bytes."),
                Problem.FromStatus(415, "Send 'Content-Type: multipart/form-data' with the part 'module', or 'manifest' and its files."),
                Problem.FromStatus(408),
                Problem.InvalidManifest([new ManifestError("no component is named 'hallo'", 7, 1)]),
                Problem.LimitTooHigh("Component 'hello': 'fuel' is 100000000000, above the tenant's quota of 10000000000. Ask for less, or the operator for more."),
                Problem.SqliteUnavailable("hello"),
                Samples.VariableRequired,
                Samples.SecretExpected,
                Samples.ModuleRefused,
                Samples.NoWorker,
                Problem.BlobsGone);

    private static Task<IResult> RunAsync(
        TenantAccess access, string app, bool? wait, string? message, HttpContext context, DeployEndpoint endpoint, CancellationToken cancellationToken) =>
        endpoint.DeployAsync(access, app, wait ?? true, message, context, cancellationToken);

    private async Task<IResult> DeployAsync(
        TenantAccess access, string app, bool wait, string? message, HttpContext context, CancellationToken cancellationToken)
    {
        if (message is not null && DeployMessage.Check(message) is { } wrong)
        {
            return Problem.Invalid(wrong);
        }

        await quotas.CheckRoomForAppAsync(access.Tenant, app, cancellationToken);
        var (form, refusal) = await ReadAsync(access, context, cancellationToken);
        if (form is null)
        {
            return refusal!;
        }

        if (message is not null)
        {
            if (form.Message is not null)
            {
                return Problem.Invalid("Send the message as the part 'message' or as the query's parameter, not as both.");
            }

            form.Message = message;
        }

        return await idempotency.RunAsync(
            context,
            IdempotencyEndpointExtensions.Hash(context.Request, form.Hash()),
            () => DeployAsync(access, app, form, wait, context, cancellationToken));
    }

    private async Task<(DeployForm? Form, ProblemHttpResult? Refusal)> ReadAsync(TenantAccess access, HttpContext context, CancellationToken cancellationToken)
    {
        using var step = Steps.Begin("deploy.read");
        return await reader.ReadAsync(access.Tenant, context.Request, cancellationToken);
    }

    private async Task<IResult> DeployAsync(
        TenantAccess access, string app, DeployForm form, bool wait, HttpContext context, CancellationToken cancellationToken)
    {
        var (built, refusal) = builder.Build(form);
        if (built is null)
        {
            return refusal!;
        }

        if (options.SqliteShards == 0 && built.Components.FirstOrDefault(static component => component.SqliteDatabases.Count > 0) is { } asking)
        {
            return Problem.SqliteUnavailable(asking.Id);
        }

        if (await variables.CheckVersionAsync(access.Tenant, app, built, cancellationToken) is { } unset)
        {
            return unset;
        }

        if (QuotaRules.Check(built, quotas.QuotaOf(access.Tenant).Limits) is { } tooHigh)
        {
            return tooHigh;
        }

        (var document, refusal) = await composer.ComposeAsync(access.Tenant, built, cancellationToken);
        if (document is null)
        {
            return refusal!;
        }

        var draft = new VersionDraft(document, form.Message is "" ? null : form.Message, access.Level >= AccessLevel.Owner);
        try
        {
            return wait
                ? await DeployNowAsync(access, app, draft, context, cancellationToken)
                : await DeployLaterAsync(access, app, draft, context, cancellationToken);
        }
        catch (BlobsGoneException)
        {
            context.Response.Headers.RetryAfter = "1";
            return Problem.BlobsGone;
        }
    }

    private async Task<IResult> DeployNowAsync(
        TenantAccess access, string app, VersionDraft draft, HttpContext context, CancellationToken cancellationToken)
    {
        var prepared = await preparation.PrepareAsync(access.Tenant, draft.Document, cancellationToken);
        if (VersionAnswers.Refusal(prepared, context) is { } refusal)
        {
            return refusal;
        }

        var record = RequestEffect.Of(context).Answering<NewVersion>(Answer);
        if (await versions.AddLiveAsync(access.Tenant, app, draft, access.Actor, record, cancellationToken) is not { } version)
        {
            return Problem.NotFound;
        }

        if (version.Widened.Count == 0)
        {
            await snapshots.RefreshAsync(CancellationToken.None);
        }

        return Answer(version);

        IResult Answer(NewVersion added) => added.Widened.Count > 0
            ? Problem.ApprovalRequired(added.Number, added.Widened)
            : TypedResults.Created(
                VersionAnswers.Path(access.Tenant, app, added.Number),
                answers.Deploy(context.Request, access.Tenant, app, added, draft.Document, VersionState.Ready));
    }

    private async Task<IResult> DeployLaterAsync(
        TenantAccess access, string app, VersionDraft draft, HttpContext context, CancellationToken cancellationToken)
    {
        var record = RequestEffect.Of(context).Answering<NewVersion>(Answer);
        if (await versions.AddCompilingAsync(access.Tenant, app, draft, access.Actor, record, cancellationToken) is not { } version)
        {
            return Problem.NotFound;
        }

        await snapshots.RefreshAsync(CancellationToken.None);
        pending.Wake();
        return Answer(version);

        IResult Answer(NewVersion added) => TypedResults.Accepted(
            VersionAnswers.Path(access.Tenant, app, added.Number),
            answers.Deploy(context.Request, access.Tenant, app, added, draft.Document, VersionState.Compiling));
    }
}
