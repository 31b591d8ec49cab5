using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Api;
using Platform.Contracts.Modules;
using Platform.Contracts.Versions;
using Platform.Control.Apps;
using Platform.Control.Problems;
using Platform.Data;

namespace Platform.Control.Versions;

/// <summary>Versions as the API shows them.</summary>
internal sealed class VersionAnswers(AppUrls urls)
{
    private const string RetryAfterSeconds = "5";

    public static string Path(TenantScope tenant, string app, long version) => $"/v1/tenants/{tenant.Name}/apps/{app}/versions/{version}";

    /// <summary>The answer when modules aren't ready; null when they are.</summary>
    public static ProblemHttpResult? Refusal(PrepareResult prepared, HttpContext context)
    {
        switch (prepared.Status)
        {
            case PrepareStatus.Ready:
                return null;
            case PrepareStatus.Refused:
                return Problem.ModuleRefused(prepared.Reason ?? "It can't run here.");
            default:
                context.Response.Headers.RetryAfter = RetryAfterSeconds;
                return Problem.Unavailable($"Nothing was changed: no worker could compile the module now. {prepared.Reason}");
        }
    }

    public DeployResource Deploy(
        HttpRequest request, TenantScope tenant, string app, NewVersion version, VersionDocument document, VersionState state)
    {
        var url = urls.App(request, tenant.Name, app);
        return new DeployResource(
            (int)version.Number,
            state,
            url,
            new DeployUrls(url, urls.Version(request, tenant.Name, app, version.Number)),
            Capabilities.Of(document),
            Capabilities.Compare(version.ReplacedDocument, document),
            (int?)version.Replaced,
            version.ReplacedTraffic);
    }

    public VersionResource Version(HttpRequest request, TenantScope tenant, string app, VersionRow row, bool withDocument)
    {
        var document = row.Read();
        return new VersionResource(
            (int)row.Number,
            row.ToState(),
            row.Reason,
            row.Live == row.Number,
            urls.App(request, tenant.Name, app),
            urls.Version(request, tenant.Name, app, row.Number),
            Capabilities.Of(document),
            DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
            row.CreatedBy,
            row.Message,
            row.Awaits(),
            withDocument ? document : null);
    }
}
