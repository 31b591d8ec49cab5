using Platform.Runtime.Components;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary><c>list&lt;u8&gt;</c>, as an array of bytes.</summary>
internal sealed unsafe class AbiBytes : AbiType
{
    /// <inheritdoc/>
    public override uint Size => 8;

    /// <inheritdoc/>
    public override uint Alignment => 4;

    /// <inheritdoc/>
    public override IReadOnlyList<CoreType> Flat { get; } = [CoreType.I32, CoreType.I32];

    /// <inheritdoc/>
    public override object? Load(AbiCall call, uint pointer) => Read(call, call.Memory.U32(pointer), call.Memory.U32(pointer + 4));

    /// <inheritdoc/>
    public override void Store(AbiCall call, uint pointer, object? value) => call.Context.WriteBytes(call.Lowering, pointer, (byte[])value!);

    /// <inheritdoc/>
    public override object? Lift(AbiCall call, ref ValRaw* flat)
    {
        var bytes = Read(call, flat[0].U32, flat[1].U32);
        flat += 2;
        return bytes;
    }

    private static byte[] Read(AbiCall call, uint pointer, uint length)
    {
        call.Spend(length);
        call.Context.ChargeCopy((int)length);
        return call.Memory.Slice(pointer, length).ToArray();
    }
}
