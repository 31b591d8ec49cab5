using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary><c>option</c>, as the value or null; of a type whose own values are never null.</summary>
internal sealed unsafe class AbiOption(AbiType some) : AbiType
{
    /// <inheritdoc/>
    public override uint Size => Align(some.Alignment + some.Size, some.Alignment);

    /// <inheritdoc/>
    public override uint Alignment => some.Alignment;

    /// <inheritdoc/>
    public override IReadOnlyList<CoreType> Flat { get; } = [CoreType.I32, .. some.Flat];

    /// <inheritdoc/>
    public override object? Load(AbiCall call, uint pointer) => IsSome(call.Memory.U8(pointer)) ? some.Load(call, pointer + some.Alignment) : null;

    /// <inheritdoc/>
    public override void Store(AbiCall call, uint pointer, object? value)
    {
        call.Memory.Set8(pointer, value is null ? 0 : 1);
        if (value is not null)
        {
            some.Store(call, pointer + some.Alignment, value);
        }
    }

    /// <inheritdoc/>
    public override object? Lift(AbiCall call, ref ValRaw* flat)
    {
        if (IsSome(flat++->U32))
        {
            return some.Lift(call, ref flat);
        }

        flat += some.Flat.Count;
        return null;
    }

    private static bool IsSome(uint discriminant) =>
        discriminant < 2 ? discriminant == 1 : throw new GuestTrapException($"case {discriminant} of an option");
}
