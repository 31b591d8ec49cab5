using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Platform.Contracts.Http;

/// <summary>
/// The chunked transfer coding with trailers (RFC 9112 section 7.1), written by hand because Kestrel writes no trailers over HTTP/1.1: it leaves the coding to
/// the application when the application sets the field.
/// </summary>
public static class ChunkedCoding
{
    /// <summary>Writes one chunk; an empty one would end the body, so that none is written.</summary>
    public static void Write(PipeWriter writer, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(writer);
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
    public static void WriteEnd(PipeWriter writer, IEnumerable<KeyValuePair<string, string>> trailers)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(trailers);
        writer.Write("0\r\n"u8);
        foreach (var (name, value) in trailers)
        {
            writer.Write(Encoding.Latin1.GetBytes($"{name}: {value}\r\n"));
        }

        writer.Write("\r\n"u8);
    }
}
