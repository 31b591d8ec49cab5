using Platform.Contracts.Nodes;

namespace Platform.Cluster.Workers;

/// <summary>What the worker of this process is called by others; known once it listens.</summary>
public sealed class WorkerAddress
{
    /// <summary>The worker; null before it listens.</summary>
    public WorkerInfo? Info { get; set; }
}
