namespace Platform.Runtime.Components;

/// <summary>A component of a composition that gives another what it imports.</summary>
/// <param name="Name">Which imports: <c>package:name/interface@version</c>, its interface and version optional, or a plain name.</param>
/// <param name="Export">The export that stands for them; empty for that of the import's own name.</param>
/// <param name="Inherits">What it may use of the importing component's configuration.</param>
/// <param name="Start">Where its binary begins in the composition.</param>
/// <param name="Length">Bytes of its binary.</param>
internal sealed record Dependency(string Name, string Export, ConfigurationKeys Inherits, int Start, int Length)
{
    /// <summary>Whether it is meant to give an import of this name. A name without interface or version means any.</summary>
    public bool Gives(string import)
    {
        var (name, version) = InterfaceName.Split(Name);
        var (importName, importVersion) = InterfaceName.Split(import);
        return (version.Length == 0 || version == importVersion)
            && (importName == name || (!name.Contains('/', StringComparison.Ordinal) && importName.StartsWith($"{name}/", StringComparison.Ordinal)));
    }
}
