using System.IO.Pipelines;

namespace Platform.Runtime.Sandboxes;

/// <summary>The response to an <see cref="OutboundRequest"/>. Disposed when the guest is done with it, at the latest when its own request ends.</summary>
public abstract class OutboundResponse : IDisposable
{
    /// <summary>The status.</summary>
    public abstract int Status { get; }

    /// <summary>Header fields, names in lower case.</summary>
    public abstract IReadOnlyList<HeaderField> Headers { get; }

    /// <summary>The body. A read fails with <see cref="OutboundException"/>.</summary>
    public abstract PipeReader Body { get; }

    /// <summary>Trailer fields, once the body was read to its end.</summary>
    public abstract IReadOnlyList<HeaderField> Trailers { get; }

    /// <inheritdoc/>
    public abstract void Dispose();
}
