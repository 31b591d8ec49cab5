using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Platform.Control.Problems;

namespace Platform.Control.Sessions;

/// <summary>
/// Tells a page of this origin from all others, when a cookie says who calls. Apps may live on the same site, so that nothing rests on <c>SameSite</c>: the browser must say that the request is of this
/// origin (Fetch Metadata, or <c>Origin</c> from one that doesn't send it), and a write has an antiforgery token, which only a page that can read this origin's answers has.
/// </summary>
internal sealed class CookieRequests(IAntiforgery antiforgery)
{
    /// <summary>Null when the request may go on.</summary>
    public async Task<ProblemHttpResult?> CheckAsync(HttpContext http)
    {
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        if (!IsSameOrigin(http.Request, isRead))
        {
            return Problem.CrossOrigin;
        }

        return isRead || await antiforgery.IsRequestValidAsync(http) ? null : Problem.NoAntiforgery;
    }

    /// <summary>Whether a write comes from a page of this origin, or from a program that is no browser.</summary>
    public static bool IsOwnPage(HttpRequest request) =>
        (request.Headers["Sec-Fetch-Site"].Count == 0 && request.Headers.Origin.Count == 0) || IsSameOrigin(request, isRead: false);

    private static bool IsSameOrigin(HttpRequest request, bool isRead)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0)
        {
            // none: typed into the address bar.
            return site == "same-origin" || (isRead && site == "none");
        }

        var origin = request.Headers.Origin;
        return origin.Count == 0 ? isRead : origin == $"{request.Scheme}://{request.Host}";
    }
}
