using System.Collections.Frozen;

namespace Platform.Runtime.Hosting;

/// <summary>Which versions of a package the platform has: versions that aren't listed may lay values out otherwise though their functions look the same.</summary>
internal static class InterfaceVersions
{
    private static readonly FrozenSet<string> s_wasi =
        ((string[])["wasi:io", "wasi:http", "wasi:clocks", "wasi:random", "wasi:cli", "wasi:filesystem", "wasi:sockets"]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]> s_others = new Dictionary<string, string[]>
    {
        ["wasi:config"] = ["0.2.0-draft", "0.2.0-draft-2024-09-27", "0.2.0-rc.1"],
        ["wasi:logging"] = ["0.1.0-draft"],
        ["wasi:keyvalue"] = ["0.2.0-draft2"],
        ["fermyon:spin"] = ["2.0.0"],
        ["spin:sqlite"] = ["3.0.0"],
        ["spin:postgres"] = ["3.0.0", "4.0.0"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The name that an interface's functions are registered under; of a package of which there are several versions, with the number before the first dot.</summary>
    /// <param name="interface">The interface, <c>spin:postgres/postgres</c>.</param>
    /// <param name="version">The version imported.</param>
    /// <param name="supported">What is supported of the package, to tell; null when this version is.</param>
    public static string Resolve(string @interface, string version, out string? supported)
    {
        var package = @interface.Split('/')[0];
        if (s_wasi.Contains(package))
        {
            supported = IsRelease02(version) ? null : "the versions 0.2.0 and later 0.2.x, no release candidates and no 0.3";
            return @interface;
        }

        supported = null;
        if (s_others.TryGetValue(package, out var versions))
        {
            supported = versions.Contains(version) ? null : string.Join(" and ", versions);
        }

        return package == "spin:postgres" ? $"{@interface}@{version.Split('.')[0]}" : @interface;
    }

    // "0.2" or "0.2.x" of a release.
    private static bool IsRelease02(string version) =>
        version == "0.2" || (version.StartsWith("0.2.", StringComparison.Ordinal) && version.AsSpan(4) is { IsEmpty: false } patch && !patch.ContainsAnyExceptInRange('0', '9'));
}
