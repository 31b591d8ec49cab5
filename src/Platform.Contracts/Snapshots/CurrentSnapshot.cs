namespace Platform.Contracts.Snapshots;

/// <summary>Holds the current snapshot. Thread-safe; set by one at a time.</summary>
public sealed class CurrentSnapshot : ISnapshotSource
{
    private PlatformSnapshot _current = PlatformSnapshot.Empty;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public PlatformSnapshot Current
    {
        get => Volatile.Read(ref _current);
        set
        {
            Volatile.Write(ref _current, value);
            Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    /// <inheritdoc/>
    public async Task WaitForOtherAsync(PlatformSnapshot seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before the look at the snapshot: a change after that look completes it.
            var changed = Volatile.Read(ref _changed).Task;
            if (!ReferenceEquals(Current, seen))
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }
}
