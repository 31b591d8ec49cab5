using Platform.Runtime.Hosting;
using Platform.Runtime.Wasi.Io;

namespace Platform.Runtime.Wasi.Http;

/// <summary>The output stream of an <see cref="OutgoingBody"/>.</summary>
internal sealed class OutgoingBodyStream(OutgoingBody body) : OutputStream
{
    private const int ChunkBytes = 64 << 10;

    /// <inheritdoc/>
    public override StreamState Check(RequestContext context, out int writable)
    {
        writable = Math.Min(body.Writable, ChunkBytes);
        return body.Broken ? StreamState.Failed
            : body.Finished ? StreamState.Closed
            : writable > 0 ? StreamState.Ready
            : StreamState.Pending;
    }

    /// <inheritdoc/>
    public override bool Write(RequestContext context, ReadOnlySpan<byte> bytes)
    {
        if (body.Target is null && body.HostBytes == 0)
        {
            context.ChargeHostBytes(body, OutgoingBody.EarlyBytes);
        }

        return body.Write(bytes);
    }

    /// <inheritdoc/>
    public override void Flush(RequestContext context) => body.Target?.Flush();

    /// <inheritdoc/>
    public override void Arm(RequestContext context) => body.Target?.OnWritable(context.Wake);
}
