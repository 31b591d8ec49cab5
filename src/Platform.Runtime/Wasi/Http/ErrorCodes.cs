using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Http;

/// <summary><c>wasi:http/types</c> error-code: all names, and how one is written.</summary>
internal static class ErrorCodes
{
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
    /// <exception cref="GuestTrapException">No such case.</exception>
    public static string Name(uint code) =>
        code < s_names.Length ? s_names[code] : throw new GuestTrapException($"{code} is no error-code");

    /// <summary>Writes an error-code without payload: its 32 bytes, every option in them none.</summary>
    public static void Write(GuestMemory memory, uint target, HttpErrorCode code)
    {
        memory.Slice(target, 32).Clear();
        memory.Set8(target, (int)code);
    }
}
