using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Admission;

/// <summary>The node's memory for guests, shared by all requests. Lock-free.</summary>
internal sealed class MemoryBudget(long bytes) : IMemoryBudget
{
    private long _charged;

    /// <summary>Bytes charged now; never over <see cref="Bytes"/>.</summary>
    public long Charged => Volatile.Read(ref _charged);

    /// <summary>The whole budget.</summary>
    public long Bytes { get; } = bytes;

    public bool TryCharge(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        var before = Volatile.Read(ref _charged);
        while (bytes <= Bytes - before)
        {
            var seen = Interlocked.CompareExchange(ref _charged, before + bytes, before);
            if (seen == before)
            {
                return true;
            }

            before = seen;
        }

        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _charged, -bytes);
}
