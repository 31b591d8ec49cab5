using Platform.Contracts.Modules;
using Platform.Contracts.Versions;
using Platform.Data;

namespace Platform.Control.Versions;

/// <summary>Has every module of a version validated and compiled.</summary>
internal sealed class Preparation(IModulePreparer preparer)
{
    private const string WagiKind = "wagi-command";

    /// <summary>Ready when every module is; else the first that isn't, its reason naming the component.</summary>
    public async Task<PrepareResult> PrepareAsync(TenantScope tenant, VersionDocument document, CancellationToken cancellationToken)
    {
        foreach (var modules in document.Components.GroupBy(component => component.ModuleSha256, StringComparer.Ordinal))
        {
            var result = await preparer.PrepareAsync(tenant.Name, modules.Key, cancellationToken);
            var component = modules.First().Id;
            if (result.Status != PrepareStatus.Ready)
            {
                return result with { Reason = $"Component '{component}': {result.Reason}" };
            }

            var asWagi = document.Routes.FirstOrDefault(
                route => route.Executor == RouteExecutor.Wagi && modules.Any(c => c.Id == route.Component));
            if (asWagi is not null && result.Kind != WagiKind)
            {
                return new PrepareResult(
                    PrepareStatus.Refused,
                    result.Kind,
                    $"Component '{asWagi.Component}': the route {asWagi.Pattern} has the executor wagi, which needs a preview1 command, but the module is a {result.Kind}.");
            }
        }

        return new PrepareResult(PrepareStatus.Ready, null, null);
    }
}
