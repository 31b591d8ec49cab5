namespace Platform.Contracts.Snapshots;

/// <summary>Where gateways and workers read the current snapshot. A completed deploy is in <see cref="Current"/> before the API answers.</summary>
public interface ISnapshotSource
{
    /// <summary>The newest snapshot; a cheap read.</summary>
    PlatformSnapshot Current { get; }

    /// <summary>Ends once <see cref="Current"/> is another than one that was seen.</summary>
    Task WaitForOtherAsync(PlatformSnapshot seen, CancellationToken cancellationToken);
}
