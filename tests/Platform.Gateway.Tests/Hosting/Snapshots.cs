using System.Collections.Immutable;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;

namespace Platform.Gateway.Tests.Hosting;

/// <summary>A snapshot that tests set.</summary>
internal sealed class Snapshots : ISnapshotSource
{
    private readonly CurrentSnapshot _current = new();

    public PlatformSnapshot Current
    {
        get => _current.Current;
        set => _current.Current = value;
    }

    public Task WaitForOtherAsync(PlatformSnapshot seen, CancellationToken cancellationToken) => _current.WaitForOtherAsync(seen, cancellationToken);

    /// <summary>Version <paramref name="number"/> with these routes, live or not.</summary>
    public void Add(string tenant, string app, int number, bool live, params string[] routes)
    {
        var version = new VersionDocument
        {
            Components = [new ComponentDocument { Id = "main", ModuleSha256 = "" }],
            Routes = [.. routes.Select(route => new RouteDocument(route, "main"))],
        };
        var key = new AppKey(tenant, app);
        var old = Current.Apps.GetValueOrDefault(key) ?? new AppSnapshot(1, tenant, app, null, ImmutableDictionary<int, VersionDocument>.Empty);
        var changed = old with { Live = live ? number : old.Live, Versions = old.Versions.SetItem(number, version) };
        Current = Current with { Revision = Current.Revision + 1, Apps = Current.Apps.SetItem(key, changed) };
    }

    public void AddDomain(string name, DomainSnapshot domain) => Current = Current with { Domains = Current.Domains.SetItem(name, domain) };

    /// <summary>Splits an app's traffic; with a key it is sticky.</summary>
    public void Split(string tenant, string app, byte[]? key, params TrafficShare[] shares)
    {
        var name = new AppKey(tenant, app);
        var traffic = new TrafficSnapshot([.. shares], key is null ? null : [.. key]);
        Current = Current with { Revision = Current.Revision + 1, Apps = Current.Apps.SetItem(name, Current.Apps[name] with { Live = shares[0].Version, Traffic = traffic }) };
    }
}
