using System.IO.Pipelines;

namespace Platform.Runtime.Sandboxes;

/// <summary>A request that a guest sends.</summary>
public sealed class OutboundRequest
{
    /// <summary>The method: an HTTP token.</summary>
    public required string Method { get; init; }

    /// <summary><c>http</c>, <c>https</c>, or what else the guest set.</summary>
    public required string Scheme { get; init; }

    /// <summary>Host and port; empty when the guest set none.</summary>
    public required string Authority { get; init; }

    /// <summary>Path and query as the guest set them; <c>/</c> when it set none.</summary>
    public required string PathWithQuery { get; init; }

    /// <summary>Header fields, names in lower case, without those of the connection and without host.</summary>
    public required IReadOnlyList<HeaderField> Headers { get; init; }

    /// <summary>The body; null for none.</summary>
    public PipeReader? Body { get; init; }

    /// <summary>The declared length of the body, bytes; null when the guest declared none.</summary>
    public long? BodyLength { get; init; }

    /// <summary>Time to connect; null for the platform's default.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>Time to the response head; null for the platform's default.</summary>
    public TimeSpan? FirstByteTimeout { get; init; }

    /// <summary>Time between bytes of the response's body; null for the platform's default.</summary>
    public TimeSpan? BetweenBytesTimeout { get; init; }
}
