namespace Platform.Contracts.Snapshots;

/// <summary>What has changed since a revision.</summary>
/// <param name="Snapshot">The state that it leads to.</param>
/// <param name="Apps">Apps that changed: as the snapshot has them, gone where it doesn't.</param>
/// <param name="Tenants">Tenants that changed, in the same way.</param>
/// <param name="Domains">Whether domains changed; all of them are then to be taken from the snapshot.</param>
public sealed record SnapshotDelta(PlatformSnapshot Snapshot, IReadOnlySet<AppKey> Apps, IReadOnlySet<string> Tenants, bool Domains);
