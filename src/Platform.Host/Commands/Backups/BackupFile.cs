using Platform.Host.Startup;
using Platform.Worker.Artifacts;

namespace Platform.Host.Commands.Backups;

/// <summary>
/// The file that a backup goes into. It is written in a directory of its own beside its place, where copies of databases are made too, and moved there when it is whole and on the disk: whatever
/// happens, there is no half a backup, and none is written over another file.
/// </summary>
internal sealed class BackupFile : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly string _work;

    private BackupFile(string path, string work)
    {
        _path = path;
        _work = work;
        Directory.CreateDirectory(work, OwnerOnly | UnixFileMode.UserExecute);
        Stream = new FileStream(Combine("backup"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
            BufferSize = 1 << 20,
            Options = FileOptions.Asynchronous,
        });
    }

    /// <summary>Where it is written.</summary>
    public FileStream Stream { get; }

    /// <summary>Begins one.</summary>
    /// <exception cref="StartupException">There is something at its place, or no directory for it.</exception>
    public static BackupFile Create(string path)
    {
        RefuseExisting(path);
        var directory = Path.GetDirectoryName(path);
        return Directory.Exists(directory)
            ? new BackupFile(path, Path.Combine(directory, $".{Path.GetFileName(path)}.{Guid.NewGuid():n}"))
            : throw new StartupException($"--to {path}: there is no directory {directory}; make it");
    }

    /// <summary>Refuses to write over a file.</summary>
    /// <exception cref="StartupException">There is one.</exception>
    public static void RefuseExisting(string path)
    {
        if (Path.Exists(path))
        {
            throw new StartupException($"--to {path}: exists; a backup is never written over another file: give it a name of its own, such as one with the date");
        }
    }

    /// <summary>A file for what is copied on the way.</summary>
    public string Combine(string name) => Path.Combine(_work, name);

    /// <summary>Puts the file, which is whole, in its place.</summary>
    public async Task CommitAsync()
    {
        await Stream.FlushAsync();
        Stream.Flush(flushToDisk: true);
        await Stream.DisposeAsync();
        try
        {
            File.Move(Combine("backup"), _path, overwrite: false);
        }
        catch (IOException) when (Path.Exists(_path))
        {
            RefuseExisting(_path);
        }

        DurableDirectory.FlushEntries(Path.GetDirectoryName(_path)!);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Stream.DisposeAsync();
        }
        finally
        {
            // A full disk refuses the last of the stream once more.
            Directory.Delete(_work, recursive: true);
        }
    }
}
