namespace Platform.Runtime.Sandboxes;

/// <summary>Why an outgoing request failed: the cases of <c>wasi:http/types</c> error-code that the platform gives, with their ordinals.</summary>
public enum HttpErrorCode : byte
{
    /// <summary>The name could not be resolved in time.</summary>
    DnsTimeout = 0,

    /// <summary>The name could not be resolved.</summary>
    DnsError = 1,

    /// <summary>The app has no such component.</summary>
    DestinationNotFound = 2,

    /// <summary>No connection to any address.</summary>
    DestinationUnavailable = 3,

    /// <summary>All addresses are ones that guests may not reach.</summary>
    DestinationIpProhibited = 4,

    /// <summary>The other side refused the connection.</summary>
    ConnectionRefused = 6,

    /// <summary>The connection broke.</summary>
    ConnectionTerminated = 7,

    /// <summary>No connection within the connect timeout.</summary>
    ConnectionTimeout = 8,

    /// <summary>No byte of the body within the timeout between bytes.</summary>
    ConnectionReadTimeout = 9,

    /// <summary>More requests than one guest request may send.</summary>
    ConnectionLimitReached = 11,

    /// <summary>The TLS handshake failed.</summary>
    TlsProtocolError = 12,

    /// <summary>The certificate is not trusted or for another name.</summary>
    TlsCertificateError = 13,

    /// <summary>The component isn't allowed to.</summary>
    HttpRequestDenied = 15,

    /// <summary>The body isn't as long as its content-length.</summary>
    HttpRequestBodySize = 17,

    /// <summary>Scheme, authority or path aren't a URI that can be asked.</summary>
    HttpRequestUriInvalid = 19,

    /// <summary>The response ended before its body was whole.</summary>
    HttpResponseIncomplete = 25,

    /// <summary>The response's header section is too large.</summary>
    HttpResponseHeaderSectionSize = 26,

    /// <summary>The body isn't as long as its content-length.</summary>
    HttpResponseBodySize = 28,

    /// <summary>No response head within the first-byte timeout.</summary>
    HttpResponseTimeout = 33,

    /// <summary>What came is no HTTP.</summary>
    HttpProtocolError = 35,

    /// <summary>Components of an app call one another too deep.</summary>
    LoopDetected = 36,

    /// <summary>A fault of the platform's.</summary>
    InternalError = 38,
}
