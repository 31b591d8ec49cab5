using Platform.Runtime.Components;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary><c>variant</c> or <c>result</c>, as an <see cref="AbiCase"/>. In memory only: no host interface takes one as an argument of its own.</summary>
internal sealed unsafe class AbiVariant : AbiType
{
    private readonly AbiType?[] _cases;
    private readonly uint _payload;

    /// <summary>Lays the cases out; null is one without a payload. At most 256, so that the discriminant has one byte.</summary>
    public AbiVariant(AbiType?[] cases)
    {
        _cases = cases;
        var alignment = cases.Max(static type => type?.Alignment ?? 1);
        Alignment = alignment;
        _payload = alignment;
        Size = Align(_payload + cases.Max(static type => type?.Size ?? 0), alignment);
        Flat = Components.ValueType.FlattenVariant(cases.Select(static type => type?.Flat ?? []));
    }

    /// <inheritdoc/>
    public override uint Size { get; }

    /// <inheritdoc/>
    public override uint Alignment { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<CoreType> Flat { get; }

    /// <inheritdoc/>
    public override object? Load(AbiCall call, uint pointer)
    {
        call.Memory.Slice(pointer, Size);
        var index = call.Memory.U8(pointer);
        return index < _cases.Length
            ? new AbiCase(index, _cases[index]?.Load(call, pointer + _payload))
            : throw new GuestTrapException($"case {index} of a variant that has {_cases.Length}");
    }

    /// <inheritdoc/>
    public override void Store(AbiCall call, uint pointer, object? value)
    {
        var chosen = (AbiCase)value!;
        call.Memory.Set8(pointer, chosen.Index);
        _cases[chosen.Index]?.Store(call, pointer + _payload, chosen.Value);
    }

    /// <inheritdoc/>
    public override object? Lift(AbiCall call, ref ValRaw* flat) => throw new NotSupportedException("a variant as an argument of its own");
}
