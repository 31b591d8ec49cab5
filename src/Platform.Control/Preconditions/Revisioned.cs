using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Platform.Control.Preconditions;

/// <summary>
/// ETags of what can change (RFC 9110 sections 8.8.3 and 13.1.1): the number that the store raises at each change. A writer that sends <c>If-Match</c> changes only what it has read.
/// </summary>
internal static class Revisioned
{
    /// <summary>Says the revision in the answer.</summary>
    public static void SetETag(HttpContext http, long revision) =>
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>The revision that the caller wants to change: null when it changes whatever there is (no <c>If-Match</c>, or <c>*</c>); -1 when it named none that can be.</summary>
    public static long? ReadIfMatch(HttpContext http)
    {
        var header = http.Request.Headers.IfMatch;
        if (header.Count == 0 || header == "*")
        {
            return null;
        }

        // One strong tag: a list would ask for whichever of several states, which no client of this API has.
        return EntityTagHeaderValue.TryParse(header.ToString(), out var tag)
            && !tag.IsWeak
            && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
                ? revision
                : -1;
    }
}
