namespace Platform.Contracts.Snapshots;

/// <summary>Waiting for what another process has seen already.</summary>
public static class SnapshotWaiting
{
    /// <summary>Ends once the snapshot has the revision, or a later one, or after the patience: then what is known may still be enough.</summary>
    public static async Task WaitForRevisionAsync(this ISnapshotSource snapshots, long revision, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshots);
        if (snapshots.Current.Revision >= revision)
        {
            return;
        }

        using var end = new CancellationTokenSource(patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        try
        {
            for (var seen = snapshots.Current; seen.Revision < revision; seen = snapshots.Current)
            {
                await snapshots.WaitForOtherAsync(seen, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The patience is over.
        }
    }
}
