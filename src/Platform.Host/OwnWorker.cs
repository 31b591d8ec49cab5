using Platform.Contracts.Nodes;
using Platform.Worker;

namespace Platform.Host;

/// <summary>What the control plane shows of the worker when both are in this process.</summary>
internal sealed class OwnWorker(WorkerParts parts) : IOwnWorker
{
    /// <inheritdoc/>
    public string Version => ProductVersion.Text;

    /// <inheritdoc/>
    public int Capacity => parts.Capacity;

    /// <inheritdoc/>
    public int Running => parts.Running();
}
