using System.Globalization;
using System.Text;
using Platform.Runtime.Wasi.Http;

namespace Platform.Runtime.Wasi.Wagi;

/// <summary>The header block of a CGI response (RFC 3875 section 6): lines ended by LF or CRLF, then a blank one.</summary>
internal static class WagiHead
{
    /// <summary>Where the body begins; -1 while the blank line isn't there.</summary>
    public static int FindEnd(ReadOnlySpan<byte> bytes, int from)
    {
        // A blank line at the very beginning: no fields at all.
        if (bytes.StartsWith("\n"u8))
        {
            return 1;
        }

        if (bytes.StartsWith("\r\n"u8))
        {
            return 2;
        }

        for (var i = from; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n')
            {
                if (i + 1 < bytes.Length && bytes[i + 1] == '\n')
                {
                    return i + 2;
                }

                if (i + 2 < bytes.Length && bytes[i + 1] == '\r' && bytes[i + 2] == '\n')
                {
                    return i + 3;
                }
            }
        }

        return -1;
    }

    /// <summary>Reads status and fields.</summary>
    public static bool TryParse(ReadOnlySpan<byte> block, int limit, out int status, out Fields fields, out string error)
    {
        status = 0;
        fields = new Fields();
        error = "";
        var hasLocation = false;
        foreach (var range in block.Split((byte)'\n'))
        {
            var line = block[range].TrimEnd((byte)'\r');
            if (line.IsEmpty)
            {
                continue;
            }

            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || !Fields.TryDecodeValue(line[(colon + 1)..].Trim(" \t"u8), out var value))
            {
                error = $"the header block has a line that is no field: '{Encoding.Latin1.GetString(line[..Math.Min(line.Length, 100)])}'";
                return false;
            }

            var name = Encoding.Latin1.GetString(line[..colon]);
            if (name.Equals("status", StringComparison.OrdinalIgnoreCase))
            {
                if (value.Length < 3 || !int.TryParse(value.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out status) || status is < 200 or > 599)
                {
                    error = $"the header block has the status '{value}'; it must be a number from 200 to 599";
                    return false;
                }

                continue;
            }

            var refused = Fields.CheckName(name, out var lower);
            if (refused == HeaderError.None)
            {
                refused = fields.Append(lower, value, limit);
            }

            if (refused != HeaderError.None)
            {
                error = $"the header block has the field '{name}', which is {(refused == HeaderError.Forbidden ? "the connection's" : "invalid or too large")}";
                return false;
            }

            hasLocation |= lower == "location";
        }

        if (!hasLocation && !fields.Has("content-type") && status == 0)
        {
            error = "the header block has neither Content-Type nor Location nor Status";
            return false;
        }

        status = status != 0 ? status : hasLocation ? 302 : 200;
        return true;
    }
}
