using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Io;

/// <summary>An input stream that is at its end.</summary>
internal sealed class EmptyInputStream : InputStream
{
    /// <inheritdoc/>
    public override StreamState Peek(RequestContext context, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return StreamState.Closed;
    }

    /// <inheritdoc/>
    public override void Advance(int count)
    {
    }

    /// <inheritdoc/>
    public override void Arm(RequestContext context)
    {
    }
}
