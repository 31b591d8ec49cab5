namespace Platform.Runtime.Components;

/// <summary>The type of a core table, memory or global (core specification, "Types").</summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Value">A table's element type or a global's value type, in the numbers of the binary format; 0 for a memory.</param>
/// <param name="Mutable">Whether a global can be set.</param>
/// <param name="Minimum">Elements of a table or pages of a memory at least.</param>
/// <param name="Maximum">Elements or pages at most; null for none.</param>
internal sealed record CoreItemType(CoreKind Kind, byte Value, bool Mutable, uint Minimum, uint? Maximum)
{
    /// <summary>Whether what has this type can be given to an import of another (core specification, "Matching").</summary>
    public bool Matches(CoreItemType wanted) =>
        Kind == wanted.Kind && Value == wanted.Value && Mutable == wanted.Mutable && Minimum >= wanted.Minimum
        && (wanted.Maximum is not { } maximum || Maximum <= maximum);

    /// <inheritdoc/>
    public override string ToString()
    {
        var limits = Maximum is null ? $"of at least {Minimum}" : $"of {Minimum} to {Maximum}";
        return Kind switch
        {
            CoreKind.Memory => $"{limits} pages",
            CoreKind.Table => $"{limits} {ValueName}",
            _ => $"({(Mutable ? "mutable " : "")}{ValueName})",
        };
    }

    private string ValueName => Value switch
    {
        0x6f => "externref",
        0x70 => "funcref",
        0x7b => "v128",
        _ => ((CoreType)Value).ToString().ToLowerInvariant(),
    };
}
