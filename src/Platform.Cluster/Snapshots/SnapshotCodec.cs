using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Cluster.Security;
using Platform.Contracts.Snapshots;

namespace Platform.Cluster.Snapshots;

/// <summary>Turns snapshots into messages and back. What hasn't changed stays the same object, since much is kept by it.</summary>
internal sealed class SnapshotCodec(ClusterKey key, ClusterKey? previous = null)
{
    /// <summary>The whole of a snapshot, as processes of these roles need it.</summary>
    public SnapshotMessage Whole(PlatformSnapshot snapshot, NodeRoles roles) => new(
        snapshot.Revision,
        IsWhole: true,
        roles,
        [.. snapshot.Apps.Values.Select(app => Write(app, roles))],
        [],
        [.. snapshot.Tenants.Select(static tenant => Write(tenant.Key, tenant.Value))],
        [],
        Write(snapshot.Domains, roles));

    /// <summary>What has changed.</summary>
    public SnapshotMessage Changes(SnapshotDelta delta, NodeRoles roles)
    {
        var (apps, tenants) = (delta.Snapshot.Apps, delta.Snapshot.Tenants);
        return new SnapshotMessage(
            delta.Snapshot.Revision,
            IsWhole: false,
            roles,
            [.. delta.Apps.Where(apps.ContainsKey).Select(app => Write(apps[app], roles))],
            [.. delta.Apps.Where(app => !apps.ContainsKey(app))],
            [.. delta.Tenants.Where(tenants.ContainsKey).Select(tenant => Write(tenant, tenants[tenant]))],
            [.. delta.Tenants.Where(tenant => !tenants.ContainsKey(tenant))],
            delta.Domains ? Write(delta.Snapshot.Domains, roles) : null);
    }

    /// <summary>The snapshot that a message leads to.</summary>
    /// <param name="before">What is known.</param>
    /// <param name="message">The message; one that isn't whole was asked for with the revision of <paramref name="before"/>.</param>
    /// <exception cref="CryptographicException">It was sealed with another key.</exception>
    public PlatformSnapshot Apply(PlatformSnapshot before, SnapshotMessage message)
    {
        var apps = (message.IsWhole ? ImmutableDictionary<AppKey, AppSnapshot>.Empty : before.Apps).ToBuilder();
        apps.RemoveRange(message.GoneApps);
        foreach (var app in message.Apps)
        {
            var name = new AppKey(app.Tenant, app.App);
            apps[name] = Read(app, before.Apps.GetValueOrDefault(name));
        }

        var tenants = (message.IsWhole ? ImmutableDictionary<string, TenantSnapshot>.Empty : before.Tenants).ToBuilder();
        tenants.RemoveRange(message.GoneTenants);
        foreach (var tenant in message.Tenants)
        {
            var old = before.Tenants.GetValueOrDefault(tenant.Name);
            tenants[tenant.Name] = new TenantSnapshot(tenant.Id, old is not null && old.Quota == tenant.Quota ? old.Quota : tenant.Quota, tenant.Revision);
        }

        return new PlatformSnapshot(message.Revision, apps.ToImmutable())
        {
            Tenants = tenants.ToImmutable(),
            Domains = message.Domains is null
                ? before.Domains
                : message.Domains.ToImmutableDictionary(static domain => domain.Name, domain => Read(domain, before.Domains.GetValueOrDefault(domain.Name))),
        };
    }

    private AppMessage Write(AppSnapshot app, NodeRoles roles) => new(
        app.Id,
        app.Tenant,
        app.App,
        app.Live,
        app.Versions,
        (roles & NodeRoles.Worker) == 0 || app.Configuration.Revision == 0 ? null : new ConfigurationMessage(
            app.Configuration.Revision,
            key.Seal(ValuesOf(app.Id), JsonSerializer.SerializeToUtf8Bytes(app.Configuration.Values.ToDictionary(), ClusterJson.Default.DictionaryStringString)),
            app.Configuration.Limits),
        app.Traffic is null ? null : new TrafficMessage(
            app.Traffic.Shares,
            (roles & NodeRoles.Gateway) == 0 || app.Traffic.StickyKey is not { } sticky ? null : key.Seal(StickyOf(app.Id), sticky.AsSpan())),
        app.SqliteShard);

    private static TenantMessage Write(string name, TenantSnapshot tenant) => new(name, tenant.Id, tenant.Quota, tenant.Revision);

    private DomainMessage[] Write(ImmutableDictionary<string, DomainSnapshot> domains, NodeRoles roles) => (roles & NodeRoles.Gateway) == 0 ? [] :
    [
        .. domains.Select(domain => new DomainMessage(
            domain.Key,
            domain.Value.App,
            domain.Value.AppId,
            domain.Value.Challenge,
            domain.Value.Certificate is not { } certificate ? null : new CertificateMessage(
                certificate.Sha256, certificate.ChainPem, key.Seal(CertificateOf(domain.Key), Encoding.UTF8.GetBytes(certificate.KeyPem))))),
    ];

    private AppSnapshot Read(AppMessage app, AppSnapshot? before)
    {
        // Another app of the same name, made later, has nothing of the old one.
        var old = before?.Id == app.Id ? before : null;
        return new AppSnapshot(
            app.Id,
            app.Tenant,
            app.App,
            app.Live,
            app.Versions.ToImmutableDictionary(static version => version.Key, version => old?.Versions.GetValueOrDefault(version.Key) ?? version.Value))
        {
            Configuration = app.Configuration is not { } configuration ? AppConfiguration.Empty
                : old?.Configuration.Revision == configuration.Revision ? old.Configuration
                : new AppConfiguration(
                    configuration.Revision,
                    JsonSerializer.Deserialize(Open(ValuesOf(app.Id), configuration.Values), ClusterJson.Default.DictionaryStringString)!.ToImmutableDictionary(StringComparer.Ordinal),
                    configuration.Limits),
            SqliteShard = app.SqliteShard,
            Traffic = app.Traffic is null ? null : new TrafficSnapshot(
                [.. app.Traffic.Shares], app.Traffic.StickyKey is { } sticky ? [.. Open(StickyOf(app.Id), sticky)] : null),
        };
    }

    private DomainSnapshot Read(DomainMessage domain, DomainSnapshot? before)
    {
        var certificate = domain.Certificate is not { } given ? null
            : before?.Certificate is { } known && known.Sha256 == given.Sha256 && known.ChainPem == given.ChainPem ? known
            : new DomainCertificate(given.Sha256, given.ChainPem, Encoding.UTF8.GetString(Open(CertificateOf(domain.Name), given.Key)));
        return new DomainSnapshot(domain.App, domain.AppId, domain.Challenge, certificate);
    }

    private byte[] Open(string purpose, byte[] content)
    {
        try
        {
            return key.Open(purpose, content);
        }
        catch (CryptographicException) when (previous is not null)
        {
            return previous.Open(purpose, content);
        }
    }

    private static string ValuesOf(long app) => string.Create(CultureInfo.InvariantCulture, $"values {app}");

    private static string StickyOf(long app) => string.Create(CultureInfo.InvariantCulture, $"sticky {app}");

    private static string CertificateOf(string domain) => $"certificate {domain}";
}
