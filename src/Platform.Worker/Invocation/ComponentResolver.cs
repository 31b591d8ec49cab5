using System.Runtime.CompilerServices;
using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Capabilities;

namespace Platform.Worker.Invocation;

/// <summary>Finds what a target names in the worker's own snapshot: a gateway can't make it run another tenant's version.</summary>
internal sealed class ComponentResolver(ISnapshotSource snapshots, ISandboxFileContents files, CapabilityServers servers, long maxMemoryBytes)
{
    // Documents are immutable and shared by snapshots, so that what is resolved lives as long as they do. One look-up and the comparison of two references are all that a request pays, so what was
    // resolved with another configuration or quota is replaced when it is found: a request that began before keeps it. One that still has the older snapshot may put the older back, and the next replaces that again.
    private readonly ConditionalWeakTable<ComponentDocument, ResolvedComponent> _resolved = [];

    /// <summary>The component, and whose it is; null when this snapshot doesn't have it.</summary>
    public FoundComponent? Find(InvocationTarget target)
    {
        var snapshot = snapshots.Current;
        if (!snapshot.Apps.TryGetValue(new AppKey(target.Tenant, target.App), out var app)
            || !app.Versions.TryGetValue(target.Version, out var version)
            || !snapshot.Tenants.TryGetValue(target.Tenant, out var tenant))
        {
            return null;
        }

        // The name of a host has no case.
        var comparison = target.Depth > 0 ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        for (var i = 0; i < version.Components.Count; i++)
        {
            var document = version.Components[i];
            if (string.Equals(document.Id, target.Component, comparison))
            {
                var most = tenant.Quota.Limits;
                if (!_resolved.TryGetValue(document, out var resolved)
                    || !ReferenceEquals(resolved.Configuration, app.Configuration)
                    || !ReferenceEquals(resolved.Most, most))
                {
                    resolved = Resolve(document, version, app, most, resolved);
                    _resolved.AddOrUpdate(document, resolved);
                }

                return new FoundComponent(resolved, version, app, tenant);
            }
        }

        return null;
    }

    // The files don't depend on the configuration, and their tree can be large.
    private ResolvedComponent Resolve(ComponentDocument document, VersionDocument version, AppSnapshot app, LimitsDocument most, ResolvedComponent? before) => new(
        document,
        app.Configuration,
        before is null ? ResolvedComponent.FilesOf(document, files) : before.Files,
        new ComponentCapabilities(document, version, app, servers),
        most,
        maxMemoryBytes);
}
