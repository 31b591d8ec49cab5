using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary><c>list</c> of anything but bytes, as a list of objects.</summary>
internal sealed unsafe class AbiList(AbiType element) : AbiType
{
    /// <summary>What an element costs the host, bytes: a reference and an object.</summary>
    private const uint ElementBytes = 32;

    /// <inheritdoc/>
    public override uint Size => 8;

    /// <inheritdoc/>
    public override uint Alignment => 4;

    /// <inheritdoc/>
    public override IReadOnlyList<CoreType> Flat { get; } = [CoreType.I32, CoreType.I32];

    /// <inheritdoc/>
    public override object? Load(AbiCall call, uint pointer) => Read(call, call.Memory.U32(pointer), call.Memory.U32(pointer + 4));

    /// <inheritdoc/>
    public override void Store(AbiCall call, uint pointer, object? value)
    {
        var list = (IReadOnlyList<object?>)value!;
        var bytes = (ulong)list.Count * element.Size;
        if (bytes > int.MaxValue)
        {
            throw new GuestTrapException($"a list of {list.Count} elements doesn't fit a guest's memory");
        }

        call.Context.ChargeCopy((int)bytes);
        var array = list.Count == 0 ? 0 : call.Context.Allocate(call.Lowering, (uint)bytes, element.Alignment);
        for (var i = 0; i < list.Count; i++)
        {
            element.Store(call, array + ((uint)i * element.Size), list[i]);
        }

        var memory = call.Memory;
        memory.Set32(pointer, array);
        memory.Set32(pointer + 4, (uint)list.Count);
    }

    /// <inheritdoc/>
    public override object? Lift(AbiCall call, ref ValRaw* flat)
    {
        var list = Read(call, flat[0].U32, flat[1].U32);
        flat += 2;
        return list;
    }

    private object?[] Read(AbiCall call, uint pointer, uint count)
    {
        var bytes = (ulong)count * element.Size;
        if (bytes > AbiCall.MaxArgumentBytes)
        {
            throw new GuestTrapException($"a list of {count} elements as an argument (at most {AbiCall.MaxArgumentBytes} bytes in all)");
        }

        call.Spend(Math.Max(count * ElementBytes, (uint)bytes));
        call.Context.ChargeCopy((int)bytes);
        call.Memory.Slice(pointer, (uint)bytes);
        var list = new object?[count];
        for (uint i = 0; i < count; i++)
        {
            list[i] = element.Load(call, pointer + (i * element.Size));
        }

        return list;
    }
}
