using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary><c>enum</c> of at most 256 cases, as the number of the case.</summary>
internal sealed unsafe class AbiEnum(int cases) : AbiType
{
    /// <inheritdoc/>
    public override uint Size => 1;

    /// <inheritdoc/>
    public override uint Alignment => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<CoreType> Flat { get; } = [CoreType.I32];

    /// <inheritdoc/>
    public override object? Load(AbiCall call, uint pointer) => Check(call.Memory.U8(pointer));

    /// <inheritdoc/>
    public override void Store(AbiCall call, uint pointer, object? value) => call.Memory.Set8(pointer, (int)value!);

    /// <inheritdoc/>
    public override object? Lift(AbiCall call, ref ValRaw* flat) => Check(flat++->U32);

    private int Check(uint index) => index < cases ? (int)index : throw new GuestTrapException($"case {index} of an enum that has {cases}");
}
