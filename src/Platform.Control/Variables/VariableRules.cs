using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Variables;
using Platform.Contracts.Versions;
using Platform.Control.Problems;
using Platform.Data;

namespace Platform.Control.Variables;

/// <summary>What manifests ask of the values: that a required variable has one, and that a secret one isn't set as a variable, which every viewer reads.</summary>
internal sealed class VariableRules(ValueStore values, ISnapshotSource snapshots)
{
    /// <summary>Why a version can't go live with the values as they are; null when it can.</summary>
    public async Task<ProblemHttpResult?> CheckVersionAsync(TenantScope tenant, string app, VersionDocument document, CancellationToken cancellationToken)
    {
        if (!document.Variables.Values.Any(static variable => variable.Default is null || variable.IsSecret))
        {
            return null;
        }

        var kinds = await values.ListKindsAsync(tenant, app, cancellationToken);
        foreach (var (name, variable) in document.Variables)
        {
            var kind = kinds.GetValueOrDefault(name);
            if (kind is null && variable.Default is null)
            {
                return Problem.VariableRequired($"The manifest requires the variable '{name}', which has no value. Set it with {Put(tenant, app, name, variable.IsSecret)}, then deploy again.");
            }

            if (kind == ValueKinds.Variable && variable.IsSecret)
            {
                return Problem.SecretExpected($"The manifest declares '{name}' secret, and it is set as a variable, which every viewer can read. Make it a secret with {Put(tenant, app, name, isSecret: true)}, then deploy again.");
            }
        }

        return null;
    }

    /// <summary>Why a name can't be set as a variable; null when it can.</summary>
    public ProblemHttpResult? CheckVariable(TenantScope tenant, string app, string name) =>
        FindLive(tenant, app, name) is { IsSecret: true }
            ? Problem.SecretExpected($"The live version's manifest declares '{name}' secret, and every viewer can read variables. Use {Put(tenant, app, name, isSecret: true)}.")
            : null;

    /// <summary>Why a value can't be deleted; null when it can.</summary>
    public ProblemHttpResult? CheckDelete(TenantScope tenant, string app, string name) =>
        FindLive(tenant, app, name) is { Default: null }
            ? Problem.Conflict($"The live version's manifest requires the variable '{name}'. Set another value, or deploy a version that doesn't require it before this one is deleted.")
            : null;

    private VariableDocument? FindLive(TenantScope tenant, string app, string name) =>
        snapshots.Current.Apps.TryGetValue(new AppKey(tenant.Name, app), out var known) && known.Live is { } live && known.Versions.TryGetValue(live, out var version)
            ? version.Variables.GetValueOrDefault(name)
            : null;

    private static string Put(TenantScope tenant, string app, string name, bool isSecret) =>
        $"PUT /v1/tenants/{tenant.Name}/apps/{app}/{(isSecret ? "secrets" : "variables")}/{name} {{\"value\":\"…\"}}";
}
