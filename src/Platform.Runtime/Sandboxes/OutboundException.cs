namespace Platform.Runtime.Sandboxes;

/// <summary>An outgoing request or the body of its response failed, for a reason that the guest is told.</summary>
public sealed class OutboundException(HttpErrorCode code, Exception? cause = null) : IOException($"outgoing request: {code}", cause)
{
    /// <summary>The reason.</summary>
    public HttpErrorCode Code { get; } = code;
}
