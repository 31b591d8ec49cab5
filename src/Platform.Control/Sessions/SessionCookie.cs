using Microsoft.AspNetCore.Http;
using Platform.Contracts.Http;

namespace Platform.Control.Sessions;

/// <summary>The cookie of a browser's session.</summary>
internal static class SessionCookie
{
    public static bool IsSent(HttpRequest request) => request.Cookies.ContainsKey(NameOf(request));

    public static string? Read(HttpRequest request) => request.Cookies[NameOf(request)];

    public static void Set(HttpContext context, string text, DateTimeOffset expires) =>
        context.Response.Cookies.Append(NameOf(context.Request), text, Options(context.Request, expires));

    public static void Delete(HttpContext context) => context.Response.Cookies.Delete(NameOf(context.Request), Options(context.Request, null));

    private static string NameOf(HttpRequest request) => SessionCookieNames.For(request.IsHttps);

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
