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

    /// <summary>Whether one stands for the other: the same interface, in versions without a breaking change between them (semver.org, rules 4 and 8).</summary>
    public static bool AreCompatible(string a, string b)
    {
        var (first, firstVersion) = Split(a);
        var (second, secondVersion) = Split(b);
        return first == second && Track(firstVersion) == Track(secondVersion);
    }

    // 1.2.3 → 1, 0.2.3 → 0.2, and itself for anything else: 0.0.3, a pre-release, none.
    private static string Track(string version) => version.Split('.') switch
    {
        _ when version.Contains('-', StringComparison.Ordinal) => version,
        ["0", "0", ..] => version,
        ["0", var minor, _] => $"0.{minor}",
        [var major, _, _] => major,
        _ => version,
    };
}
