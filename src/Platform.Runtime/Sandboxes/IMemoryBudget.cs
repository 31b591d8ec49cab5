namespace Platform.Runtime.Sandboxes;

/// <summary>
/// The node's memory for guests. The engine has no callback on growth, so the runner reads the size of a request's memories at every epoch tick and at every
/// host call that waits, and charges the difference; only requests holding a run permit can grow, so the overshoot is at most
/// (processors × what one can touch in a tick).
/// </summary>
public interface IMemoryBudget
{
    /// <summary>Charges <paramref name="bytes"/> more; false when the node has no more: the request is then ended with <see cref="SandboxOutcome.NodeMemory"/>.</summary>
    bool TryCharge(long bytes);

    /// <summary>Gives back what was charged.</summary>
    void Release(long bytes);
}
