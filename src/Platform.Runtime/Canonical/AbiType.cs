using Platform.Runtime.Components;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary>
/// A WIT type as host functions see it: its layout in guest memory, its flattened form, and how values of .NET go in and out (Canonical ABI: alignment, size,
/// flattening, load, store). For the interfaces whose values nest; what runs at every request writes its few bytes by hand.
/// </summary>
internal abstract unsafe class AbiType
{
    /// <summary>Bytes in memory.</summary>
    public abstract uint Size { get; }

    /// <summary>Alignment in memory, bytes.</summary>
    public abstract uint Alignment { get; }

    /// <summary>The flattened form.</summary>
    public abstract IReadOnlyList<CoreType> Flat { get; }

    /// <summary>Reads a value from memory.</summary>
    public abstract object? Load(AbiCall call, uint pointer);

    /// <summary>Writes a value to memory that the guest allocated.</summary>
    public abstract void Store(AbiCall call, uint pointer, object? value);

    /// <summary>Takes a value from flat arguments.</summary>
    public abstract object? Lift(AbiCall call, ref ValRaw* flat);

    /// <summary>Gives a value that flattens to one core value.</summary>
    public virtual void Lower(AbiCall call, ValRaw* flat, object? value) => throw new NotSupportedException($"{GetType().Name} as a flat result");

    /// <summary>The next multiple of an alignment.</summary>
    protected static uint Align(uint offset, uint alignment) => (offset + alignment - 1) & ~(alignment - 1);
}
