using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Platform.Contracts.Api;

namespace Platform.Control.Paging;

/// <summary>
/// Cursors are the last item's number, or its name where it has none, and a MAC over it and the list (tenant and kind), so that one can't be made up or carried to another tenant or list.
/// The key is the store's, the same in every process.
/// </summary>
internal sealed class Cursors(StoreKeys keys)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private const int MacBytes = 16;
    private const int MaxNamed = 1024;

    /// <summary>The page asked for; null when the cursor isn't one of this list's.</summary>
    public PageRequest? Read(PageQuery query, string list)
    {
        var limit = Math.Clamp(query.Limit ?? DefaultLimit, 1, MaxLimit);
        if (query.Cursor is null)
        {
            return new PageRequest(list, limit, null);
        }

        Span<byte> bytes = stackalloc byte[sizeof(long) + MacBytes];
        Span<byte> text = stackalloc byte[Base64Url.GetEncodedLength(bytes.Length)];
        if (query.Cursor.Length != text.Length
            || !Encoding.ASCII.TryGetBytes(query.Cursor, text, out _)
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromUtf8(text, bytes, out _))
        {
            return null;
        }

        var after = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return CryptographicOperations.FixedTimeEquals(bytes[sizeof(long)..], Mac(after, list)) ? new PageRequest(list, limit, after) : null;
    }

    /// <summary>The page asked for of a list whose items have names; null when the cursor isn't one of this list's.</summary>
    public NamedPageRequest? ReadNamed(PageQuery query, string list)
    {
        var limit = Math.Clamp(query.Limit ?? DefaultLimit, 1, MaxLimit);
        if (query.Cursor is null)
        {
            return new NamedPageRequest(list, limit, null);
        }

        if (query.Cursor.Length > MaxNamed || !Base64Url.IsValid(query.Cursor))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(query.Cursor);
        if (bytes.Length < MacBytes)
        {
            return null;
        }

        var name = Encoding.UTF8.GetString(bytes.AsSpan(MacBytes));
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, MacBytes), Mac(name, list)) ? new NamedPageRequest(list, limit, name) : null;
    }

    /// <summary>The page of rows, of which there is one more than the limit when there is another page.</summary>
    public Page<T> ToPage<T>(List<T> rows, NamedPageRequest page, Func<T, string> name)
    {
        var last = rows.Count > page.Limit ? name(rows[page.Limit - 1]) : null;
        return new Page<T>([.. rows.Take(page.Limit)], last is null ? null : Base64Url.EncodeToString([.. Mac(last, page.List), .. Encoding.UTF8.GetBytes(last)]));
    }

    /// <summary>The page of rows that were read with one more than the limit, which says whether there is another page.</summary>
    public Page<TResource> ToPage<TRow, TResource>(List<TRow> rows, PageRequest page, Func<TRow, long> number, Func<TRow, TResource> resource)
    {
        var more = rows.Count > page.Limit;
        var items = rows.Take(page.Limit).Select(resource).ToList();
        return new Page<TResource>(items, more ? Write(number(rows[page.Limit - 1]), page.List) : null);
    }

    private string Write(long after, string list)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + MacBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, after);
        Mac(after, list).CopyTo(bytes[sizeof(long)..]);
        return Base64Url.EncodeToString(bytes);
    }

    private ReadOnlySpan<byte> Mac(long after, string list) => Mac($"{after}", list);

    private ReadOnlySpan<byte> Mac(string after, string list) =>
        HMACSHA256.HashData(keys.Cursor, Encoding.UTF8.GetBytes($"{list}\n{after}")).AsSpan(0, MacBytes);
}
