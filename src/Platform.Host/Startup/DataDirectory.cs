using System.Globalization;
using System.Text;

namespace Platform.Host.Startup;

/// <summary>
/// The directory that holds everything one process keeps, owned by it for its life. Ownership is a kernel lock on <c>lock</c>, which ends with the process,
/// so that a file left behind by a killed one is no lock; the pid in it is only for the message.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream lockFile)
    {
        Path = path;
        _lock = lockFile;
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>Is there while the directory is being restored into, so that what a restore that was killed left isn't taken for a platform's.</summary>
    public string RestoringFile => System.IO.Path.Combine(Path, "restoring");

    /// <summary>As <see cref="RestoringFile"/>, of a move; it names the move.</summary>
    public string MovingFile => MovingFileIn(Path);

    /// <summary>Creates the directory (mode 0700) when it isn't there, and takes its lock.</summary>
    /// <exception cref="StartupException">It can't be created or written, another process owns it, or a restore or move into it was cut short.</exception>
    public static DataDirectory Open(string path)
    {
        var data = OpenForRestore(path);
        try
        {
            data.RefuseHalfRestored();
            return data;
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>Takes the lock of a directory that is there; null when another process owns it.</summary>
    /// <exception cref="StartupException">It isn't there, can't be written, or a restore or move into it was cut short.</exception>
    public static DataDirectory? TryOpen(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(full))
        {
            throw new StartupException($"--data-dir {full}: there is no such directory; give the platform's");
        }

        var data = TryTake(full, out _);
        data?.RefuseHalfRestored();
        return data;
    }

    /// <summary>As <see cref="Open"/>, also after a restore or move that was cut short.</summary>
    /// <exception cref="StartupException">It can't be created or written, or another process owns it.</exception>
    public static DataDirectory OpenForRestore(string path, string option = "--data-dir")
    {
        var full = System.IO.Path.GetFullPath(path);
        return TryTake(full, out var owner, option)
            ?? throw new StartupException($"{option} {full}: in use by another process{owner}; stop that one, or give this one a directory of its own with {option}");
    }

    /// <summary>The move that is under way into a directory, or was cut short; null for none.</summary>
    public static string? FindMove(string path) => File.Exists(MovingFileIn(path)) ? File.ReadAllText(MovingFileIn(path)).Trim() : null;

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static string MovingFileIn(string path) => System.IO.Path.Combine(path, "moving");

    private void RefuseHalfRestored()
    {
        if (File.Exists(RestoringFile))
        {
            throw new StartupException($"--data-dir {Path}: a restore into it was cut short; run Platform.Host restore again, which begins anew, or ends it");
        }

        if (File.Exists(MovingFile))
        {
            throw new StartupException($"--data-dir {Path}: a move into it is under way or was cut short; run Platform.Host move again, which ends it");
        }
    }

    private static DataDirectory? TryTake(string full, out string owner, string option = "--data-dir")
    {
        owner = string.Empty;
        FileStream? file = null;
        try
        {
            Directory.CreateDirectory(full, OwnerOnly | UnixFileMode.UserExecute);
            file = new FileStream(System.IO.Path.Combine(full, "lock"), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite,
                UnixCreateMode = OwnerOnly,
                BufferSize = 0,
            });
            if (!TryLock(file))
            {
                owner = ReadOwner(file);
                return null;
            }

            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            var owned = new DataDirectory(full, file);
            file = null;
            return owned;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"{option} {full}: can't be written ({OneLine.Of(e.Message)}); make it writable for this user, or name another with {option}");
        }
        finally
        {
            file?.Dispose();
        }
    }

    // FileStream.Lock is a record lock of the process (fcntl): gone when the process is, and, unlike FileShare.None, the file stays readable for others.
    private static bool TryLock(FileStream file)
    {
        try
        {
            file.Lock(0, 0);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string ReadOwner(FileStream file)
    {
        Span<byte> digits = stackalloc byte[16];
        file.Position = 0;
        var length = file.Read(digits);
        return int.TryParse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? $" (pid {pid})" : string.Empty;
    }
}
