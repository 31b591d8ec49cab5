namespace Platform.Contracts.Snapshots;

/// <summary>A snapshot that also knows what has changed of late.</summary>
public interface ISnapshotFeed : ISnapshotSource
{
    /// <summary>What has changed since a revision; null when that is too long ago, and the whole snapshot has to be taken.</summary>
    SnapshotDelta? Since(long revision);
}
