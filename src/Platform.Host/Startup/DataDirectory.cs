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

    /// <summary>Creates the directory (mode 0700) when it isn't there, and takes its lock.</summary>
    /// <exception cref="StartupException">It can't be created or written, or another process owns it.</exception>
    public static DataDirectory Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
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
                var owner = ReadOwner(file);
                throw new StartupException(
                    $"--data-dir {full}: in use by another process{owner}; stop that one, or give this one a directory of its own with --data-dir");
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
                $"--data-dir {full}: can't be written ({OneLine.Of(e.Message)}); make it writable for this user, or name another with --data-dir");
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

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
