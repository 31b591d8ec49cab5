using Platform.Contracts.Modules;
using Platform.Contracts.Versions;
using Platform.Control.Telemetry;
using Platform.Data;

namespace Platform.Control.Versions;

/// <summary>Has every module of a version validated and compiled.</summary>
internal sealed class Preparation(IModulePreparer preparer)
{
    /// <summary>Ready when every module is; else the first that isn't, its reason naming the component.</summary>
    public async Task<PrepareResult> PrepareAsync(TenantScope tenant, VersionDocument document, CancellationToken cancellationToken)
    {
        using var step = Steps.Begin("compile");
        foreach (var modules in document.Components.GroupBy(component => component.ModuleSha256, StringComparer.Ordinal))
        {
            var result = await preparer.PrepareAsync(tenant.Name, modules.Key, cancellationToken);
            var component = modules.First().Id;
            if (result.Status != PrepareStatus.Ready)
            {
                return result with { Reason = $"Component '{component}': {result.Reason}" };
            }

            if (Missing(document, [.. modules.Select(static c => c.Id)], result.Kinds) is { } missing)
            {
                return new PrepareResult(PrepareStatus.Refused, result.Kinds, $"{missing}, but the module is a {string.Join(" and ", result.Kinds)}.");
            }
        }

        return new PrepareResult(PrepareStatus.Ready, [], null);
    }

    // A trigger whose component can't handle it; null for none.
    private static string? Missing(VersionDocument document, string[] components, IReadOnlyList<string> kinds)
    {
        foreach (var route in document.Routes.Where(route => components.Contains(route.Component)))
        {
            if (route.Executor == RouteExecutor.Wagi && !kinds.Contains(HandlerKindNames.Wagi))
            {
                return $"Component '{route.Component}': the route {route.Pattern} has the executor wagi, which needs a preview1 command";
            }

            if (!kinds.Contains(HandlerKindNames.Wagi) && !kinds.Contains(HandlerKindNames.Http))
            {
                return $"Component '{route.Component}': the route {route.Pattern} needs a component that exports wasi:http/incoming-handler, or a preview1 command";
            }
        }

        return document.RedisTriggers.FirstOrDefault(trigger => components.Contains(trigger.Component)) is { } message && !kinds.Contains(HandlerKindNames.Redis)
            ? $"Component '{message.Component}': the trigger for the channel {message.Channel} needs a component that exports fermyon:spin/inbound-redis"
            : null;
    }
}
