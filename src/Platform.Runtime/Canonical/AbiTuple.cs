using Platform.Runtime.Components;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Canonical;

/// <summary><c>tuple</c> or <c>record</c>, as an array of its fields.</summary>
internal sealed unsafe class AbiTuple : AbiType
{
    private readonly AbiType[] _fields;
    private readonly uint[] _offsets;

    /// <summary>Lays the fields out.</summary>
    public AbiTuple(AbiType[] fields)
    {
        _fields = fields;
        _offsets = new uint[fields.Length];
        uint end = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            _offsets[i] = Align(end, fields[i].Alignment);
            end = _offsets[i] + fields[i].Size;
        }

        Alignment = fields.Max(static field => field.Alignment);
        Size = Align(end, Alignment);
        Flat = [.. fields.SelectMany(static field => field.Flat)];
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
        var values = new object?[_fields.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _fields[i].Load(call, pointer + _offsets[i]);
        }

        return values;
    }

    /// <inheritdoc/>
    public override void Store(AbiCall call, uint pointer, object? value)
    {
        var values = (object?[])value!;
        for (var i = 0; i < values.Length; i++)
        {
            _fields[i].Store(call, pointer + _offsets[i], values[i]);
        }
    }

    /// <inheritdoc/>
    public override object? Lift(AbiCall call, ref ValRaw* flat)
    {
        var values = new object?[_fields.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = _fields[i].Lift(call, ref flat);
        }

        return values;
    }
}
