namespace Platform.Runtime.Wasi.Http;

/// <summary><c>wasi:http/types</c> error-code: the cases that the platform itself gives, and all names for the tenant's log.</summary>
internal static class ErrorCodes
{
    /// <summary><c>HTTP-request-denied</c>.</summary>
    public const int HttpRequestDenied = 15;

    /// <summary><c>HTTP-response-body-size</c>.</summary>
    public const int HttpResponseBodySize = 28;

    private static readonly string[] s_names =
    [
        "DNS-timeout", "DNS-error", "destination-not-found", "destination-unavailable", "destination-IP-prohibited",
        "destination-IP-unroutable", "connection-refused", "connection-terminated", "connection-timeout", "connection-read-timeout",
        "connection-write-timeout", "connection-limit-reached", "TLS-protocol-error", "TLS-certificate-error", "TLS-alert-received",
        "HTTP-request-denied", "HTTP-request-length-required", "HTTP-request-body-size", "HTTP-request-method-invalid",
        "HTTP-request-URI-invalid", "HTTP-request-URI-too-long", "HTTP-request-header-section-size", "HTTP-request-header-size",
        "HTTP-request-trailer-section-size", "HTTP-request-trailer-size", "HTTP-response-incomplete",
        "HTTP-response-header-section-size", "HTTP-response-header-size", "HTTP-response-body-size",
        "HTTP-response-trailer-section-size", "HTTP-response-trailer-size", "HTTP-response-transfer-coding",
        "HTTP-response-content-coding", "HTTP-response-timeout", "HTTP-upgrade-failed", "HTTP-protocol-error", "loop-detected",
        "configuration-error", "internal-error",
    ];

    /// <summary>The name of a case.</summary>
    /// <exception cref="Hosting.GuestTrapException">No such case.</exception>
    public static string Name(uint code) =>
        code < s_names.Length ? s_names[code] : throw new Hosting.GuestTrapException($"{code} is no error-code");
}
