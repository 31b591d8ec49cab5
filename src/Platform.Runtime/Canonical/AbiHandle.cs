using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary><c>own</c> or <c>borrow</c> of a host resource. An owned argument leaves the handle table; a result enters it.</summary>
internal sealed unsafe class AbiHandle<T>(bool isOwned) : AbiType
    where T : Resource
{
    /// <inheritdoc/>
    public override uint Size => 4;

    /// <inheritdoc/>
    public override uint Alignment => 4;

    /// <inheritdoc/>
    public override IReadOnlyList<CoreType> Flat { get; } = [CoreType.I32];

    /// <inheritdoc/>
    public override object? Load(AbiCall call, uint pointer) => Find(call, call.Memory.U32(pointer));

    /// <inheritdoc/>
    public override void Store(AbiCall call, uint pointer, object? value) => call.Memory.Set32(pointer, call.Context.Handles.Add((T)value!));

    /// <inheritdoc/>
    public override object? Lift(AbiCall call, ref ValRaw* flat) => Find(call, flat++->U32);

    private T Find(AbiCall call, uint handle) => isOwned ? call.Context.Handles.Take<T>(handle) : call.Context.Handles.Get<T>(handle);
}
