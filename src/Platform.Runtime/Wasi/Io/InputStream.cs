using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Io;

/// <summary>A <c>wasi:io/streams</c> input-stream.</summary>
internal abstract class InputStream : Resource
{
    /// <summary>The bytes that can be read now, without consuming them; not empty when ready.</summary>
    public abstract StreamState Peek(RequestContext context, out ReadOnlySpan<byte> bytes);

    /// <summary>What the guest gets once it has failed.</summary>
    public virtual IoError Failure => new("the other side is gone or broke the protocol");

    /// <summary>Consumes bytes that <see cref="Peek"/> showed.</summary>
    public abstract void Advance(int count);

    /// <summary>Makes sure that the request is woken once <see cref="Peek"/> may give something else than pending.</summary>
    public abstract void Arm(RequestContext context);
}
