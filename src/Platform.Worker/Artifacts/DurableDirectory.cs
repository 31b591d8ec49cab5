using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Platform.Worker.Artifacts;

/// <summary>Makes files and directory entries survive a power cut; .NET flushes files but can't open directories. Mirrors fcntl.h and unistd.h of Linux x64.</summary>
public static partial class DurableDirectory
{
    private const int ReadOnlyDirectoryCloseOnExec = 0x10000 | 0x80000;

    /// <summary>Flushes every file of the directory, then the directory itself.</summary>
    public static void FlushAll(string directory)
    {
        foreach (var path in Directory.GetFiles(directory))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
        }

        FlushEntries(directory);
    }

    /// <summary>Flushes the directory's entries: what was renamed into it stays.</summary>
    public static void FlushEntries(string directory)
    {
        var descriptor = Open(directory, ReadOnlyDirectoryCloseOnExec);
        if (descriptor < 0)
        {
            throw LastError(directory);
        }

        try
        {
            if (Flush(descriptor) != 0)
            {
                throw LastError(directory);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException LastError(string directory)
    {
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"Flushing {directory}: {error.Message}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
