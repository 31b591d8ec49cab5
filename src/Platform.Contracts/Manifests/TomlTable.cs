namespace Platform.Contracts.Manifests;

/// <summary>A table's entries in the order of the text.</summary>
internal sealed class TomlTable : OrderedDictionary<string, TomlEntry>
{
    public TomlTable()
        : base(StringComparer.Ordinal)
    {
    }
}
