using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Filesystem;

/// <summary>
/// Paths that guests pass, relative to a directory they hold (wasi:filesystem, path-resolution.md): found in the component's own tree and nowhere else, so that there
/// is no path of the host in them. There are no links, so that <c>..</c> is the directory above; above the start there is nothing.
/// </summary>
internal static class FilePath
{
    /// <summary>The longest path taken, bytes of UTF-8 (Linux' PATH_MAX).</summary>
    public const int MaxBytes = 4096;

    /// <summary>The open flag <c>create</c> (both interfaces).</summary>
    public const uint Create = 1;

    /// <summary>The open flag <c>directory</c>.</summary>
    public const uint Directory = 2;

    /// <summary>The open flag <c>exclusive</c>.</summary>
    public const uint Exclusive = 4;

    /// <summary>The open flag <c>truncate</c>.</summary>
    public const uint Truncate = 8;

    /// <summary>Finds what a path names; null with the error.</summary>
    public static SandboxFile? Find(SandboxFile start, string path, out FileError error)
    {
        error = !start.IsDirectory ? FileError.NotDirectory
            : path.Length == 0 ? FileError.NoEntry
            : path[0] == '/' ? FileError.NotPermitted
            : path.Contains('\0', StringComparison.Ordinal) ? FileError.Invalid
            : default;
        if (error != default)
        {
            return null;
        }

        var at = start;
        foreach (var range in path.AsSpan().Split('/'))
        {
            var name = path.AsSpan()[range];
            if (!at.IsDirectory)
            {
                error = FileError.NotDirectory;
                return null;
            }

            if (name is "" or ".")
            {
                continue;
            }

            var next = name is not ".." ? at.Find(name.ToString()) : at == start ? null : at.Parent;
            if (next is null)
            {
                error = name is ".." ? FileError.NotPermitted : FileError.NoEntry;
                return null;
            }

            at = next;
        }

        return at;
    }

    /// <summary>Finds what a path names in order to open it; null with the error. Whatever would write is refused.</summary>
    public static SandboxFile? Open(SandboxFile start, string path, uint openFlags, bool writes, out FileError error)
    {
        var found = Find(start, path, out error);
        if (found is null)
        {
            error = error == FileError.NoEntry && (openFlags & Create) != 0 ? FileError.ReadOnly : error;
            return null;
        }

        const uint New = Create | Exclusive;
        error = (openFlags & New) == New ? FileError.Exist
            : (openFlags & Directory) != 0 && !found.IsDirectory ? FileError.NotDirectory
            : writes || (openFlags & Truncate) != 0 ? FileError.ReadOnly
            : default;
        return error == default ? found : null;
    }
}
