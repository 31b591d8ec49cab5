using Microsoft.Win32.SafeHandles;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Filesystem;

/// <summary>
/// The contents that a request has open: the last few it read. A guest's descriptors hold none, so that however many it makes, a request costs the process at most
/// <see cref="Kept"/> file descriptors.
/// </summary>
internal sealed class OpenContents
{
    /// <summary>Contents kept open.</summary>
    public const int Kept = 8;

    // The most recently used is the last.
    private readonly List<(SandboxFile File, Task<SafeFileHandle> Content)> _open = [];

    /// <summary>The content of a file: completed when it can be read now.</summary>
    public Task<SafeFileHandle> Get(RequestContext context, SandboxFile file)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].File == file)
            {
                var found = _open[i];
                _open.RemoveAt(i);
                _open.Add(found);
                return found.Content;
            }
        }

        if (_open.Count == Kept)
        {
            Close(_open[0].Content);
            _open.RemoveAt(0);
        }

        var content = context.Request.Files!.Contents.OpenAsync(file);
        _open.Add((file, content));
        return content;
    }

    /// <summary>Reads a part of a file, waiting for its content to be fetched if need be. Returns how many bytes; fewer than asked only at the end.</summary>
    /// <exception cref="GuestStopException">The content can't be had now.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public int Read(RequestContext context, SandboxFile file, ulong offset, Span<byte> buffer)
    {
        if (offset >= (ulong)file.Size || buffer.IsEmpty)
        {
            return 0;
        }

        var content = Get(context, file);
        if (!content.IsCompleted)
        {
            context.WaitAny([new TaskPollable(content)]);
        }

        return Read(content, file, offset, buffer);
    }

    /// <summary>Reads a part of a file whose content is at hand.</summary>
    /// <exception cref="GuestStopException">The content can't be had now.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static int Read(Task<SafeFileHandle> completed, SandboxFile file, ulong offset, Span<byte> buffer)
    {
        SafeFileHandle handle;
        try
        {
            handle = completed.GetAwaiter().GetResult();
        }
        catch (SandboxFileException unavailable)
        {
            throw new GuestStopException(SandboxOutcome.Files, unavailable.Message);
        }

        var wanted = buffer[..(int)Math.Min((ulong)buffer.Length, (ulong)file.Size - offset)];
        var read = 0;
        while (read < wanted.Length)
        {
            var part = RandomAccess.Read(handle, wanted[read..], (long)offset + read);
            read += part > 0 ? part : throw new EndOfStreamException($"{file.Path} is shorter than it was");
        }

        return read;
    }

    /// <summary>Closes all.</summary>
    public void Reset()
    {
        foreach (var (_, content) in _open)
        {
            Close(content);
        }

        _open.Clear();
    }

    // One that is still being fetched is closed once it is there.
    private static void Close(Task<SafeFileHandle> content) =>
        content.ContinueWith(CloseOne, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static void CloseOne(Task<SafeFileHandle> content)
    {
        if (content.IsCompletedSuccessfully)
        {
            content.Result.Dispose();
        }
    }
}
