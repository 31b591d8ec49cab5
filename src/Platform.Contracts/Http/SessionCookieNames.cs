namespace Platform.Contracts.Http;

/// <summary>
/// The names of the cookie of a browser's session. Over TLS it has the prefix <c>__Host-</c> (RFC 6265bis section 4.1.3.2): no other host, not an app's below the same domain, can set it. Plain HTTP is for loopback
/// only, where browsers don't take that prefix.
/// </summary>
public static class SessionCookieNames
{
    /// <summary>Over TLS.</summary>
    public const string Secure = "__Host-platform-session";

    /// <summary>Over plain HTTP.</summary>
    public const string Plain = "platform-session";

    /// <summary>The one that a request has.</summary>
    public static string For(bool isHttps) => isHttps ? Secure : Plain;
}
