using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Io;

/// <summary>A <c>wasi:io/streams</c> output-stream.</summary>
internal abstract class OutputStream : Resource
{
    /// <summary>Bytes that the last <c>check-write</c> allowed and that weren't written since.</summary>
    public int Permit { get; set; }

    /// <summary>How many bytes may be written now; positive when ready.</summary>
    public abstract StreamState Check(RequestContext context, out int writable);

    /// <summary>Writes bytes, at most what <see cref="Check"/> gave.</summary>
    /// <returns>False when the stream broke: <c>last-operation-failed</c>.</returns>
    public abstract bool Write(RequestContext context, ReadOnlySpan<byte> bytes);

    /// <summary>Sends on what was written.</summary>
    public abstract void Flush(RequestContext context);

    /// <summary>Makes sure that the request is woken once <see cref="Check"/> may give something else than pending.</summary>
    public abstract void Arm(RequestContext context);
}
