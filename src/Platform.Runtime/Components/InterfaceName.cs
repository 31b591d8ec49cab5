namespace Platform.Runtime.Components;

/// <summary>Splits an extern name such as <c>wasi:http/types@0.2.3</c>.</summary>
internal static class InterfaceName
{
    /// <summary>The name without its version, and the version (empty when there is none).</summary>
    public static (string Name, string Version) Split(string name)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? (name, "") : (name[..at], name[(at + 1)..]);
    }
}
