using System.Collections.Immutable;

namespace Platform.Contracts.Snapshots;

/// <summary>All that is needed to route and run, at one revision. A reader takes <see cref="ISnapshotSource.Current"/> once and keeps it for its request.</summary>
/// <param name="Revision">Raised by every change.</param>
/// <param name="Apps">Apps by <see cref="AppKey"/>.</param>
public sealed record PlatformSnapshot(long Revision, ImmutableDictionary<AppKey, AppSnapshot> Apps)
{
    /// <summary>Custom domains by name (A-labels, lower case): the verified ones, and those that wait for their proof.</summary>
    public ImmutableDictionary<string, DomainSnapshot> Domains { get; init; } = ImmutableDictionary<string, DomainSnapshot>.Empty;
    /// <summary>Tenants by slug; of every app that is here, its tenant is too.</summary>
    public ImmutableDictionary<string, TenantSnapshot> Tenants { get; init; } = ImmutableDictionary<string, TenantSnapshot>.Empty;

    /// <summary>Nothing known yet.</summary>
    public static PlatformSnapshot Empty { get; } = new(0, ImmutableDictionary<AppKey, AppSnapshot>.Empty);
}
