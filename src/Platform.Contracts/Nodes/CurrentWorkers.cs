using System.Collections.Immutable;

namespace Platform.Contracts.Nodes;

/// <summary>Holds the list of workers. Thread-safe; set by one at a time.</summary>
public sealed class CurrentWorkers : IWorkerList
{
    private Held _held = new([]);

    /// <inheritdoc/>
    public ImmutableArray<WorkerInfo> Current => Volatile.Read(ref _held).Workers;

    /// <summary>Puts another list in force; does nothing when it says the same. True when it was another.</summary>
    public bool Set(IEnumerable<WorkerInfo> workers)
    {
        ImmutableArray<WorkerInfo> sorted = [.. workers.OrderBy(static worker => worker.Id, StringComparer.Ordinal)];
        var before = Volatile.Read(ref _held);
        if (sorted.SequenceEqual(before.Workers))
        {
            return false;
        }

        Volatile.Write(ref _held, new Held(sorted));
        before.Replaced.SetResult();
        return true;
    }

    /// <inheritdoc/>
    public async Task WaitForOtherAsync(ImmutableArray<WorkerInfo> seen, CancellationToken cancellationToken)
    {
        var held = Volatile.Read(ref _held);
        if (held.Workers == seen)
        {
            await held.Replaced.Task.WaitAsync(cancellationToken);
        }
    }

    private sealed record Held(ImmutableArray<WorkerInfo> Workers)
    {
        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
