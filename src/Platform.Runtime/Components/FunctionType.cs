namespace Platform.Runtime.Components;

/// <summary>A component function type, and the core signatures it has when lowered and lifted.</summary>
internal sealed class FunctionType : ComponentType
{
    private const int MaxFlatParameters = 16;
    private const int MaxFlatResults = 1;

    /// <summary>Flattens (Canonical ABI, <c>flatten_functype</c>).</summary>
    public FunctionType(IReadOnlyList<ValueType> parameters, ValueType? result)
    {
        Parameters = ValueType.Record(parameters);
        Result = result;
        var flat = Parameters.Flat;
        CoreType[] core = flat.Count > MaxFlatParameters ? [CoreType.I32] : [.. flat];
        var results = result?.Flat ?? [];
        Lowered = results.Count > MaxFlatResults ? new CoreSignature([.. core, CoreType.I32], []) : new CoreSignature(core, results);
        Lifted = results.Count > MaxFlatResults ? new CoreSignature(core, [CoreType.I32]) : new CoreSignature(core, results);
        Depth = DepthOver(result is null ? parameters : [.. parameters, result]);
    }

    /// <summary>Its parameters, as a record: how they are laid out when they are too many.</summary>
    public ValueType Parameters { get; }

    /// <summary>Its result; null for none.</summary>
    public ValueType? Result { get; }

    /// <summary>The signature of the core function that calls it: many results come through a pointer that the caller passes.</summary>
    public CoreSignature Lowered { get; }

    /// <summary>The signature of the core function that implements it: many results come through a pointer that it returns.</summary>
    public CoreSignature Lifted { get; }
}
