using Platform.Contracts.Quotas;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;

namespace Platform.Cluster.Snapshots;

/// <summary>A snapshot, or what has changed of one, between processes and on disk. What is secret in it is sealed with the cluster's key.</summary>
/// <param name="Revision">The revision that it leads to.</param>
/// <param name="IsWhole">What it doesn't name isn't there any more.</param>
/// <param name="Roles">The roles that it was made for: each gets what it needs only.</param>
/// <param name="Apps">Apps as they are now.</param>
/// <param name="GoneApps">Apps that were deleted.</param>
/// <param name="Tenants">Tenants as they are now.</param>
/// <param name="GoneTenants">Tenants that were deleted.</param>
/// <param name="Domains">All domains; null when none changed.</param>
internal sealed record SnapshotMessage(
    long Revision,
    bool IsWhole,
    NodeRoles Roles,
    IReadOnlyList<AppMessage> Apps,
    IReadOnlyList<AppKey> GoneApps,
    IReadOnlyList<TenantMessage> Tenants,
    IReadOnlyList<string> GoneTenants,
    IReadOnlyList<DomainMessage>? Domains);

/// <summary>An app: <see cref="AppSnapshot"/>.</summary>
internal sealed record AppMessage(
    long Id,
    string Tenant,
    string App,
    int? Live,
    IReadOnlyDictionary<int, VersionDocument> Versions,
    ConfigurationMessage? Configuration,
    TrafficMessage? Traffic,
    int SqliteShard = 0);

/// <summary>What is set for an app, <see cref="AppConfiguration"/>: the values sealed.</summary>
internal sealed record ConfigurationMessage(long Revision, byte[] Values, LimitsDocument Limits);

/// <summary>A split, <see cref="TrafficSnapshot"/>: the key of the cookies sealed.</summary>
internal sealed record TrafficMessage(IReadOnlyList<TrafficShare> Shares, byte[]? StickyKey);

/// <summary>A tenant: <see cref="TenantSnapshot"/>.</summary>
internal sealed record TenantMessage(string Name, long Id, TenantQuota Quota, long Revision);

/// <summary>A domain, <see cref="DomainSnapshot"/>: the certificate's key sealed.</summary>
internal sealed record DomainMessage(string Name, AppKey? App, long AppId, string? Challenge, CertificateMessage? Certificate);

/// <summary>A certificate: <see cref="DomainCertificate"/>.</summary>
internal sealed record CertificateMessage(string Sha256, string ChainPem, byte[] Key);
