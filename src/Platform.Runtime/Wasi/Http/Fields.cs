using System.Buffers;
using System.Text;
using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Http;

/// <summary>
/// A <c>wasi:http/types</c> fields: an ordered multimap. Names are kept in lower case, values as Latin-1 text so that every octet survives.
/// </summary>
internal sealed class Fields : Resource
{
    private static readonly SearchValues<char> s_token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz");

    /// <summary>What a field costs the host besides its text: two string objects and its place in the list.</summary>
    private const int FieldOverhead = 80;

    private readonly List<HeaderField>? _list;
    private int _bytes;

    /// <summary>Empty and mutable.</summary>
    public Fields()
    {
        _list = [];
        List = _list;
    }

    /// <summary>An immutable view of fields that were validated elsewhere and change no more.</summary>
    public Fields(IReadOnlyList<HeaderField> fields)
    {
        List = fields;
        Immutable = true;
    }

    /// <summary>Whether changes are answered with <c>header-error.immutable</c>.</summary>
    public bool Immutable { get; set; }

    /// <summary>The fields in order.</summary>
    public IReadOnlyList<HeaderField> List { get; }

    /// <summary>Bytes of host memory that the fields take (characters are two bytes).</summary>
    public long Cost => List.Sum(static one => CostOf(one.Name, one.Value));

    /// <summary>Bytes of host memory that one field takes.</summary>
    public static long CostOf(string name, string value) => FieldOverhead + (2L * (name.Length + value.Length));

    /// <summary>
    /// Lower-cases a name and checks it: an HTTP token (RFC 9110 section 5.6.2), not one that belongs to the connection.
    /// </summary>
    public static HeaderError CheckName(string name, out string lower)
    {
        lower = name.ToLowerInvariant();
        return lower.Length == 0 || lower.AsSpan().ContainsAnyExcept(s_token) ? HeaderError.InvalidSyntax
            : IsForbidden(lower) ? HeaderError.Forbidden
            : HeaderError.None;
    }

    /// <summary>Checks a value and decodes it: no controls but a tab (RFC 9110 section 5.5).</summary>
    public static bool TryDecodeValue(ReadOnlySpan<byte> bytes, out string value)
    {
        foreach (var octet in bytes)
        {
            if (octet is < 0x20 and not (byte)'\t' or 0x7f)
            {
                value = "";
                return false;
            }
        }

        value = Encoding.Latin1.GetString(bytes);
        return true;
    }

    /// <summary>Adds a field.</summary>
    public HeaderError Append(string lower, string value, int limit)
    {
        if (_bytes + lower.Length + value.Length > limit)
        {
            return HeaderError.InvalidSyntax;
        }

        _bytes += lower.Length + value.Length;
        _list!.Add(new HeaderField(lower, value));
        return HeaderError.None;
    }

    /// <summary>Removes every field of a name.</summary>
    public void Remove(string lower)
    {
        for (var i = _list!.Count - 1; i >= 0; i--)
        {
            if (_list[i].Name == lower)
            {
                _bytes -= lower.Length + _list[i].Value.Length;
                _list.RemoveAt(i);
            }
        }
    }

    /// <summary>Whether there is a field of a name.</summary>
    public bool Has(string lower)
    {
        foreach (var field in List)
        {
            if (field.Name == lower)
            {
                return true;
            }
        }

        return false;
    }

    // Fields of the connection, not of the message (RFC 9110 section 7.6.1), and the host, which the request carries apart.
    private static bool IsForbidden(string lower) => lower is "connection" or "keep-alive" or "proxy-authenticate"
        or "proxy-authorization" or "proxy-connection" or "transfer-encoding" or "upgrade" or "host" or "http2-settings";
}
