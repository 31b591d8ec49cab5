using System.Net.Sockets;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Outbound;

/// <summary>From what .NET's client throws to the interface's error-code.</summary>
internal static class OutboundErrors
{
    /// <summary>The failure of a request before its response head came.</summary>
    public static OutboundException OfRequest(Exception failure) => Known(failure) ?? new OutboundException(
        failure switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => HttpErrorCode.TlsProtocolError,
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => HttpErrorCode.DnsError,
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => HttpErrorCode.DestinationUnavailable,
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => HttpErrorCode.HttpResponseHeaderSectionSize,
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError } =>
                HttpErrorCode.HttpProtocolError,

            // The handler's own connect timeout, which covers the handshake.
            OperationCanceledException { InnerException: TimeoutException } => HttpErrorCode.ConnectionTimeout,
            _ => HttpErrorCode.ConnectionTerminated,
        },
        failure);

    /// <summary>The failure of a read of the response's body.</summary>
    public static OutboundException OfBody(Exception failure) => Known(failure) ?? new OutboundException(
        failure switch
        {
            HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => HttpErrorCode.HttpResponseIncomplete,
            HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError } => HttpErrorCode.HttpProtocolError,
            _ => HttpErrorCode.ConnectionTerminated,
        },
        failure);

    /// <summary>The failure of a connection to an address.</summary>
    public static HttpErrorCode OfConnect(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => HttpErrorCode.ConnectionRefused,
        SocketError.TimedOut => HttpErrorCode.ConnectionTimeout,
        _ => HttpErrorCode.DestinationUnavailable,
    };

    // The client wraps what the callbacks and the body's reader throw.
    private static OutboundException? Known(Exception failure)
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is OutboundException known)
            {
                return known;
            }
        }

        return null;
    }
}
