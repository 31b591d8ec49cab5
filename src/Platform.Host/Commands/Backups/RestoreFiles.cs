using Platform.Host.Redis;
using Platform.Host.Startup;
using Platform.Worker.Artifacts;
using Platform.Worker.Backups;

namespace Platform.Host.Commands.Backups;

/// <summary>
/// What a restore, or a move, puts into a data directory. From the first file to the last a mark is there, with which no platform starts: a restore that fails takes away what it made, and what one left that was
/// killed, the mark with it, stays until another may begin.
/// </summary>
/// <param name="data">The data directory.</param>
/// <param name="mark">The file that is the mark.</param>
/// <param name="refusal">What to say of the directory when it isn't empty: its option, and what to do.</param>
internal sealed class RestoreFiles(DataDirectory data, string mark, (string Option, string Advice) refusal)
{
    private static readonly string[] Databases = [EntryNames.Store, EntryNames.Telemetry];
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>Refuses a directory that has something of a platform. Its keys, what is made anew (artifacts, cached files) and what a killed restore left may be there.</summary>
    /// <exception cref="StartupException">It has.</exception>
    public void RequireEmpty()
    {
        var found = File.Exists(mark) ? null
            : Parts().FirstOrDefault(File.Exists) ?? Folders().FirstOrDefault(static folder => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any());
        if (found is not null || File.Exists(found = Path.Combine(data.Path, MasterKeys.NextFile)))
        {
            throw new StartupException($"{refusal.Option} {data.Path}: isn't empty, it has {Path.GetRelativePath(data.Path, found)}; {refusal.Advice}");
        }
    }

    /// <summary>What was begun here and isn't over, or was cut short; null for nothing.</summary>
    public string? FindBegun() => File.Exists(mark) ? File.ReadAllText(mark).Trim() : null;

    /// <summary>The first thing to do: sets the mark and takes away what a killed restore left.</summary>
    /// <param name="id">Names the restore or move.</param>
    public void Begin(string id)
    {
        SecretFile.Write(mark, id);
        DurableDirectory.FlushEntries(data.Path);
        RemoveAll();
    }

    /// <summary>Where a database goes.</summary>
    public string PathOf(string name) => Path.Combine(data.Path, name);

    /// <summary>Writes a file.</summary>
    public static async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            Options = FileOptions.Asynchronous,
        });
        await content.CopyToAsync(file, cancellationToken);
        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Takes away all that was written.</summary>
    public void Abandon()
    {
        RemoveAll();
        File.Delete(mark);
    }

    /// <summary>Sees to it that what was written survives a power cut.</summary>
    public void Flush()
    {
        foreach (var directory in Folders().Where(Directory.Exists).SelectMany(static folder => Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).Append(folder)))
        {
            DurableDirectory.FlushEntries(directory);
        }

        DurableDirectory.FlushEntries(data.Path);
    }

    /// <summary>The last thing to do, after <see cref="Flush"/>.</summary>
    public void Complete()
    {
        File.Delete(mark);
        DurableDirectory.FlushEntries(data.Path);
    }

    private void RemoveAll()
    {
        foreach (var file in Parts())
        {
            File.Delete(file);
        }

        foreach (var folder in Folders().Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private IEnumerable<string> Parts() => Databases.SelectMany(database => Suffixes.Select(suffix => PathOf(database + suffix)));

    private IEnumerable<string> Folders() => [AppDatabases.DirectoryOf(data.Path), EmbeddedGarnet.DirectoryOf(data.Path)];
}
