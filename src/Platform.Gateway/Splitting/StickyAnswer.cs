using Microsoft.AspNetCore.Http;
using Platform.Contracts.Invocation;

namespace Platform.Gateway.Splitting;

/// <summary>Adds the cookie to a response when its head goes out, which is after whatever clears the headers before. The value may change until then.</summary>
internal sealed class StickyAnswer
{
    private static readonly Func<object, Task> Append = static state =>
    {
        var answer = (StickyAnswer)state;

        // Host-only: without a Domain.
        answer._context.Response.Cookies.Append(
            VersionCookie.Name,
            answer.Value,
            new CookieOptions { HttpOnly = true, Secure = answer._context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/" });
        return Task.CompletedTask;
    };

    private readonly HttpContext _context;

    public StickyAnswer(HttpContext context, string value)
    {
        _context = context;
        Value = value;
        context.Response.OnStarting(Append, this);
    }

    /// <summary>The cookie's value.</summary>
    public string Value { get; set; }
}
