using Platform.Runtime.Components;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary><c>string</c>, as <see cref="string"/>.</summary>
internal sealed unsafe class AbiText : AbiType
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
    public override void Store(AbiCall call, uint pointer, object? value) => call.Context.WriteString(call.Lowering, pointer, (string)value!);

    /// <inheritdoc/>
    public override object? Lift(AbiCall call, ref ValRaw* flat)
    {
        var text = Read(call, flat[0].U32, flat[1].U32);
        flat += 2;
        return text;
    }

    private static string Read(AbiCall call, uint pointer, uint length)
    {
        call.Spend((uint)Math.Min(GuestText.Form(call.Lowering.Encoding, length).Bytes, uint.MaxValue));
        return call.Context.ReadString(call.Lowering, pointer, length);
    }
}
