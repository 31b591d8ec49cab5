using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Tests.Sandboxes;

/// <summary>No limits on running or on the node's memory.</summary>
internal sealed class NoPermit : IRunPermit, IMemoryBudget
{
    public static NoPermit Instance { get; } = new();

    public void Release()
    {
    }

    public void Acquire()
    {
    }

    public void Yield(TimeSpan used)
    {
    }

    public bool TryCharge(long bytes) => true;

    void IMemoryBudget.Release(long bytes)
    {
    }
}
