namespace Platform.Runtime.Canonical;

/// <summary>A value of a variant or result: which case (of a result: 0 is ok, 1 is err), and its payload, null when it has none.</summary>
internal readonly record struct AbiCase(int Index, object? Value = null)
{
    /// <summary>The ok case of a result.</summary>
    public static AbiCase Ok(object? value = null) => new(0, value);

    /// <summary>The err case of a result.</summary>
    public static AbiCase Error(AbiCase error) => new(1, error);
}
