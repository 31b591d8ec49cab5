using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Filesystem;

/// <summary>A file from an offset on, read through a buffer that counts as the request's memory. Filling it costs fuel as any copy does.</summary>
internal sealed class FileInputStream(SandboxFile file, ulong offset) : InputStream
{
    private const int BufferBytes = 64 << 10;

    private byte[]? _buffer;
    private int _start;
    private int _end;
    private ulong _next = offset;
    private bool _failed;

    /// <inheritdoc/>
    public override IoError Failure => new("the file can't be read") { File = FileError.Io };

    /// <inheritdoc/>
    public override StreamState Peek(RequestContext context, out ReadOnlySpan<byte> bytes)
    {
        bytes = _buffer.AsSpan(_start, _end - _start);
        return !bytes.IsEmpty ? StreamState.Ready
            : _failed ? StreamState.Failed
            : _next >= (ulong)file.Size ? StreamState.Closed
            : context.Contents.Get(context, file) is { IsCompleted: true } content ? Fill(context, content, out bytes)
            : StreamState.Pending;
    }

    /// <inheritdoc/>
    public override void Advance(int count) => _start += count;

    /// <inheritdoc/>
    public override void Arm(RequestContext context)
    {
        if (Peek(context, out _) == StreamState.Pending)
        {
            context.Contents.Get(context, file).GetAwaiter().UnsafeOnCompleted(context.Wake);
        }
        else
        {
            context.Wake();
        }
    }

    /// <inheritdoc/>
    public override void OnDrop(RequestContext context)
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            _start = _end = 0;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private StreamState Fill(RequestContext context, Task<SafeFileHandle> content, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (_buffer is null)
        {
            var size = (int)Math.Min(BufferBytes, (ulong)file.Size - _next);
            context.ChargeHostBytes(this, size);
            _buffer = ArrayPool<byte>.Shared.Rent(size);
        }

        try
        {
            var read = OpenContents.Read(content, file, _next, _buffer.AsSpan(0, Math.Min(_buffer.Length, BufferBytes)));
            context.ChargeCopy(read);
            (_start, _end, _next) = (0, read, _next + (ulong)read);
            bytes = _buffer.AsSpan(0, read);
            return StreamState.Ready;
        }
        catch (IOException)
        {
            _failed = true;
            return StreamState.Failed;
        }
    }
}
