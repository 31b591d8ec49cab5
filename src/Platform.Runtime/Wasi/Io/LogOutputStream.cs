using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Io;

/// <summary>Standard output or error: goes to the app's log, which never blocks.</summary>
internal sealed class LogOutputStream(bool isError) : OutputStream
{
    private const int ChunkBytes = 64 << 10;

    /// <inheritdoc/>
    public override StreamState Check(RequestContext context, out int writable)
    {
        writable = ChunkBytes;
        return StreamState.Ready;
    }

    /// <inheritdoc/>
    public override bool Write(RequestContext context, ReadOnlySpan<byte> bytes)
    {
        context.Request.Log.Write(isError, bytes);
        return true;
    }

    /// <inheritdoc/>
    public override void Flush(RequestContext context)
    {
    }

    /// <inheritdoc/>
    public override void Arm(RequestContext context)
    {
    }
}
