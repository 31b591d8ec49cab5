using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Io;

/// <summary>A <c>wasi:io/streams</c> input-stream.</summary>
internal abstract class InputStream : Resource
{
    /// <summary>The bytes that can be read now, without consuming them; not empty when ready.</summary>
    public abstract StreamState Peek(RequestContext context, out ReadOnlySpan<byte> bytes);

    /// <summary>Why it failed, when HTTP knows.</summary>
    public virtual HttpErrorCode? HttpError => null;

    /// <summary>Consumes bytes that <see cref="Peek"/> showed.</summary>
    public abstract void Advance(int count);

    /// <summary>Makes sure that the request is woken once <see cref="Peek"/> may give something else than pending.</summary>
    public abstract void Arm(RequestContext context);
}
