using System.Collections.Immutable;

namespace Platform.Contracts.Nodes;

/// <summary>The workers that have said of late that they are there.</summary>
public interface IWorkerList
{
    /// <summary>All of them; the same array until one comes, goes or changes.</summary>
    ImmutableArray<WorkerInfo> Current { get; }

    /// <summary>Ends once <see cref="Current"/> is another than one that was seen.</summary>
    Task WaitForOtherAsync(ImmutableArray<WorkerInfo> seen, CancellationToken cancellationToken);
}
