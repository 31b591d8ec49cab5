using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Invocation;

namespace Platform.Gateway.Splitting;

/// <summary>
/// The value of the cookie <see cref="VersionCookie.Name"/>: <c>{version}.{MAC}</c>. The MAC is by a key of the app alone, so that a client can't choose a version, nor carry one over from another app.
/// </summary>
internal static class StickyCookie
{
    private const int MacBytes = 16;
    private const int MaxDigits = 10;
    private const char Separator = '.';

    private static readonly int MacLength = Base64Url.GetEncodedLength(MacBytes);

    /// <summary>Makes a value.</summary>
    public static string Write(int version, ImmutableArray<byte> key)
    {
        Span<char> digits = stackalloc char[MaxDigits];
        version.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        Span<char> mac = stackalloc char[MacLength];
        Sign(digits[..length], key, mac);
        return $"{digits[..length]}{Separator}{mac}";
    }

    /// <summary>Reads a value; false when it wasn't made with this key.</summary>
    public static bool TryRead(ReadOnlySpan<char> value, ImmutableArray<byte> key, out int version)
    {
        version = 0;
        var end = value.IndexOf(Separator);
        if (end is < 1 or > MaxDigits || value.Length != end + 1 + MacLength)
        {
            return false;
        }

        // Compared as characters: base64's last one has bits of no meaning, and a value has one spelling only.
        Span<char> mac = stackalloc char[MacLength];
        Sign(value[..end], key, mac);
        return CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(mac), MemoryMarshal.AsBytes(value[(end + 1)..]))
            && int.TryParse(value[..end], NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }

    /// <summary>Takes the cookie out of a request, whatever its value, and leaves all others as they are; returns its values, null for none.</summary>
    public static List<string>? Take(IHeaderDictionary headers)
    {
        var fields = headers.Cookie;
        var found = false;
        foreach (var field in fields)
        {
            found |= field?.Contains(VersionCookie.Name, StringComparison.Ordinal) == true;
        }

        return found ? TakeFrom(headers, fields.ToArray()) : null;
    }

    private static List<string>? TakeFrom(IHeaderDictionary headers, string?[] fields)
    {
        List<string>? values = null;
        var kept = new List<string>(fields.Length);
        foreach (var field in fields)
        {
            var rest = new StringBuilder();
            foreach (var range in field.AsSpan().Split(';'))
            {
                var pair = field.AsSpan(range);
                var equals = pair.IndexOf('=');
                if (pair[..(equals < 0 ? pair.Length : equals)].Trim() is VersionCookie.Name)
                {
                    (values ??= []).Add(equals < 0 ? "" : pair[(equals + 1)..].Trim().ToString());
                    continue;
                }

                if (rest.Length > 0)
                {
                    rest.Append(';').Append(pair);
                }
                else
                {
                    rest.Append(pair.TrimStart());
                }
            }

            if (rest.Length > 0)
            {
                kept.Add(rest.ToString());
            }
        }

        if (values is not null)
        {
            headers.Cookie = kept.ToArray();
        }

        return values;
    }

    private static void Sign(ReadOnlySpan<char> version, ImmutableArray<byte> key, Span<char> mac)
    {
        Span<byte> text = stackalloc byte[Encoding.UTF8.GetMaxByteCount(MaxDigits)];
        var length = Encoding.UTF8.GetBytes(version, text);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.AsSpan(), text[..length], hash);
        Base64Url.EncodeToChars(hash[..MacBytes], mac);
    }
}
