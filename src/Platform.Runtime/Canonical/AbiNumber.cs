using Platform.Runtime.Components;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary>Bool and the numbers.</summary>
internal sealed unsafe class AbiNumber<T>(CoreType core, Func<ulong, T> read, Func<T, ulong> write) : AbiType
    where T : unmanaged
{
    /// <inheritdoc/>
    public override uint Size => (uint)sizeof(T);

    /// <inheritdoc/>
    public override uint Alignment => Size;

    /// <inheritdoc/>
    public override IReadOnlyList<CoreType> Flat { get; } = [core];

    /// <inheritdoc/>
    public override object? Load(AbiCall call, uint pointer)
    {
        var memory = call.Memory;
        return read(Size switch { 1 => memory.U8(pointer), 2 => memory.U16(pointer), 4 => memory.U32(pointer), _ => memory.U64(pointer) });
    }

    /// <inheritdoc/>
    public override void Store(AbiCall call, uint pointer, object? value)
    {
        var memory = call.Memory;
        var bits = write((T)value!);
        switch (Size)
        {
            case 1:
                memory.Set8(pointer, (byte)bits);
                break;
            case 2:
                memory.Set16(pointer, (ushort)bits);
                break;
            case 4:
                memory.Set32(pointer, (uint)bits);
                break;
            default:
                memory.Set64(pointer, bits);
                break;
        }
    }

    /// <inheritdoc/>
    public override object? Lift(AbiCall call, ref ValRaw* flat) => read(flat++->U64);

    /// <inheritdoc/>
    public override void Lower(AbiCall call, ValRaw* flat, object? value) => flat->U64 = write((T)value!);
}
