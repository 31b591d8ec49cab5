using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Invocation;

/// <summary>
/// The chunked transfer coding with trailers (RFC 9112 section 7.1), written by hand because Kestrel writes no trailers over HTTP/1.1: it leaves the coding to
/// the application when the application sets the field.
/// </summary>
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

    /// <summary>Writes one chunk; an empty one would end the body, so that none is written.</summary>
    public static void Write(PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        Span<byte> size = stackalloc byte[10];
        bytes.Length.TryFormat(size, out var digits, "x", CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(size[digits..]);
        writer.Write(size[..(digits + 2)]);
        writer.Write(bytes);
        writer.Write("\r\n"u8);
    }

    /// <summary>Writes the last chunk and the trailers.</summary>
    public static void WriteEnd(PipeWriter writer, IEnumerable<HeaderField> trailers)
    {
        writer.Write("0\r\n"u8);
        foreach (var (name, value) in trailers)
        {
            writer.Write(Encoding.Latin1.GetBytes($"{name}: {value}\r\n"));
        }

        writer.Write("\r\n"u8);
    }
}
