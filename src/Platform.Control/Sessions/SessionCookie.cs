using Microsoft.AspNetCore.Http;

namespace Platform.Control.Sessions;

/// <summary>
/// The cookie of a browser's session. Over TLS its name has the prefix <c>__Host-</c> (RFC 6265bis section 4.1.3.2): no other host, not an app's below the same domain, can set it. Plain HTTP is for
/// loopback only, where browsers don't take that prefix.
/// </summary>
internal static class SessionCookie
{
    private const string Secure = "__Host-platform-session";
    private const string Plain = "platform-session";

    public static bool IsSent(HttpRequest request) => request.Cookies.ContainsKey(NameOf(request));

    public static string? Read(HttpRequest request) => request.Cookies[NameOf(request)];

    public static void Set(HttpContext context, string text, DateTimeOffset expires) =>
        context.Response.Cookies.Append(NameOf(context.Request), text, Options(context.Request, expires));

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(NameOf(context.Request), Options(context.Request, null));

    private static string NameOf(HttpRequest request) => request.IsHttps ? Secure : Plain;

    // Lax: a link from elsewhere shows the page signed in. Writes don't rest on it.
    private static CookieOptions Options(HttpRequest request, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expires,
        IsEssential = true,
    };
}
