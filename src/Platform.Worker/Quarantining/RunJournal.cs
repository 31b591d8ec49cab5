using System.IO.MemoryMappedFiles;
using System.Runtime.Intrinsics;

namespace Platform.Worker.Quarantining;

/// <summary>
/// What each guest thread runs, in a file mapped into memory: a store to memory on the way in and one on the way out, and what the process was running when it was killed is there for the next. Only of modules
/// that are new to the process (<see cref="CrashRecord"/>).
/// </summary>
internal sealed unsafe class RunJournal : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Vector256<byte>* _slots;

    /// <param name="path">The file; what was in it is gone. Null: nothing is kept.</param>
    /// <param name="threads">Guest threads, numbered from 0.</param>
    /// <exception cref="IOException">There is no room for the file.</exception>
    public RunJournal(string? path, int threads)
    {
        var bytes = (long)threads * sizeof(Vector256<byte>);
        if (path is null)
        {
            _file = MemoryMappedFile.CreateNew(mapName: null, bytes);
        }
        else
        {
            // Written, not only made long: a store into a page that finds no room on the disk would end the process.
            using (var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite))
            {
                file.Write(new byte[bytes]);
                file.Flush(flushToDisk: true);
            }

            _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, bytes);
        }

        _view = _file.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _slots = (Vector256<byte>*)start;
    }

    /// <summary>The hashes that a journal of an earlier process names, each once.</summary>
    public static IReadOnlyList<string> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        return
        [
            .. File.ReadAllBytes(path).Chunk(sizeof(Vector256<byte>))
                .Where(static slot => slot.Length == sizeof(Vector256<byte>) && slot.AsSpan().ContainsAnyExcept((byte)0))
                .Select(static slot => Convert.ToHexStringLower(slot)).Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>The thread is about to run a module.</summary>
    public void Begin(int thread, in Vector256<byte> sha256) => _slots[thread] = sha256;

    /// <summary>It has.</summary>
    public void End(int thread) => _slots[thread] = default;

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
