namespace Platform.Runtime.Sandboxes;

/// <summary>Sends requests in the name of one guest request. Called on its guest thread.</summary>
public interface IOutboundHttp
{
    /// <summary>Whether the request may be sent at all: null, or why not. Never waits.</summary>
    HttpErrorCode? Refuse(OutboundRequest request);

    /// <summary>Sends; the task ends with the response head, its body still to come. Doesn't block the caller.</summary>
    /// <exception cref="OutboundException">Through the task: it failed for a reason that the guest is told.</exception>
    Task<OutboundResponse> SendAsync(OutboundRequest request, CancellationToken cancellationToken);
}
