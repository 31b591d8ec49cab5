using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Platform.Control.Problems;

/// <summary><c>Retry-After</c> in seconds (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfter
{
    public static void Set(HttpContext http, TimeSpan wait) =>
        http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
