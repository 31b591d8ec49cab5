using Microsoft.AspNetCore.Http;

namespace Platform.Worker.Invocation;

/// <summary>When a response needs <see cref="Platform.Contracts.Http.ChunkedCoding"/>.</summary>
internal static class ChunkedBody
{
    /// <summary>Whether trailers of this response need it.</summary>
    public static bool IsNeeded(HttpContext http) => HttpProtocol.IsHttp11(http.Request.Protocol) && !http.Response.SupportsTrailers();

    /// <summary>Announces the coding; before the head goes out.</summary>
    public static void Announce(HttpContext http, string trailer)
    {
        http.Response.Headers.TransferEncoding = "chunked";
        http.Response.Headers.Trailer = trailer;
    }
}
