namespace Platform.Contracts.Manifests;

/// <summary>Paths of a manifest and of a deploy's parts.</summary>
public static class RelativePath
{
    /// <summary>Characters in a path.</summary>
    public const int MaxLength = 1024;

    /// <summary>The path in its one spelling, single slashes between its segments; null when it isn't a relative path that stays below its start.</summary>
    public static string? Normalize(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length is 0 or > MaxLength || path[0] == '/' || path.Any(c => char.IsControl(c) || c == '\\'))
        {
            return null;
        }

        var segments = path.Split('/').Where(segment => segment is not ("" or ".")).ToArray();
        return segments.Length == 0 || segments.Contains("..", StringComparer.Ordinal) ? null : string.Join('/', segments);
    }
}
