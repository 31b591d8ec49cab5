namespace Platform.Runtime.Sandboxes;

/// <summary>A component's read-only files as the tree that its guest sees under <c>/</c>. Immutable; shared by requests.</summary>
public sealed class SandboxFiles
{
    /// <summary>Builds the tree.</summary>
    /// <param name="files">Each file's absolute path in its one spelling, size in bytes, and SHA-256 (64 lower-case hex digits).</param>
    /// <param name="contents">Opens their contents.</param>
    /// <exception cref="ArgumentException">A path isn't absolute and normalized, comes twice, or lies below a file.</exception>
    public SandboxFiles(IEnumerable<(string Path, long Size, string Sha256)> files, ISandboxFileContents contents)
    {
        ArgumentNullException.ThrowIfNull(files);
        Contents = contents;
        Root = new SandboxFile(null, "", 0, null);
        List<SandboxFile> all = [Root];
        foreach (var (path, size, sha256) in files)
        {
            var names = path.Split('/');
            if (names.Length < 2 || names[0].Length > 0 || names.Skip(1).Any(static name => name is "" or "." or ".."))
            {
                throw new ArgumentException($"'{path}' is no absolute, normalized path of a file", nameof(files));
            }

            var directory = Root;
            foreach (var name in names[1..^1])
            {
                var next = directory.Find(name);
                if (next is null)
                {
                    next = new SandboxFile(directory, name, 0, null);
                    directory.Add(next);
                    all.Add(next);
                }

                directory = next.IsDirectory ? next : throw new ArgumentException($"'{path}' lies below the file {next.Path}", nameof(files));
            }

            var file = new SandboxFile(directory, names[^1], size, sha256);
            directory.Add(file);
            all.Add(file);
        }

        all.ForEach(static file => file.Seal());
    }

    /// <summary>The directory <c>/</c>.</summary>
    public SandboxFile Root { get; }

    /// <summary>Opens contents.</summary>
    public ISandboxFileContents Contents { get; }
}
