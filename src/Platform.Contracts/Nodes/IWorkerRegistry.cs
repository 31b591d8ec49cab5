namespace Platform.Contracts.Nodes;

/// <summary>Where workers say that they are there.</summary>
public interface IWorkerRegistry : IWorkerList
{
    /// <summary>How often a worker says so.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>A worker that said nothing for so long is gone.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Notes that the worker is there, with <paramref name="running"/> requests under way.</summary>
    Task SeenAsync(WorkerInfo worker, int running, CancellationToken cancellationToken);

    /// <summary>Forgets a worker that ends.</summary>
    Task GoneAsync(string id, CancellationToken cancellationToken);
}
