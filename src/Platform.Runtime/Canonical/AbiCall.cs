using Platform.Runtime.Hosting;

namespace Platform.Runtime.Canonical;

/// <summary>One call of a host function: whose memory its values are in, and how much of it may still be copied out.</summary>
internal sealed class AbiCall(RequestContext context, Lowering lowering)
{
    /// <summary>Bytes that the arguments of one call may hold, lists that alias one buffer counted each time (attack A20).</summary>
    public const int MaxArgumentBytes = 16 << 20;

    private int _left = MaxArgumentBytes;

    /// <summary>The request.</summary>
    public RequestContext Context { get; } = context;

    /// <summary>Memory and realloc of the import.</summary>
    public Lowering Lowering { get; } = lowering;

    /// <summary>The guest's memory as it is now; stale after an allocation.</summary>
    public GuestMemory Memory => Context.Memory(Lowering);

    /// <summary>Takes from what the arguments may hold.</summary>
    /// <exception cref="GuestTrapException">Over it.</exception>
    public void Spend(uint bytes)
    {
        if (bytes > _left)
        {
            throw new GuestTrapException($"the arguments of one call hold more than {MaxArgumentBytes} bytes");
        }

        _left -= (int)bytes;
    }
}
