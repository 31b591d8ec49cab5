using System.Globalization;
using System.Text;

namespace Platform.FunctionalTests.Secrets;

/// <summary>All that a test planted, and what it found where it mustn't be.</summary>
internal sealed class Plants
{
    // All begin alike, so that one search finds any of them; base64 writes the beginning in three ways.
    private const string Prefix = "zq7pl4ntedsecretx";
    private const int Digits = 5;

    private static readonly byte[][] Raw = [Encoding.ASCII.GetBytes(Prefix), Encoding.ASCII.GetBytes(Prefix.ToUpperInvariant()), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Prefix)))];
    private static readonly (byte[] Needle, int Skipped)[] Base64 = [.. Enumerable.Range(0, 3).Select(Aligned)];

    private readonly List<Planted> _all = [];
    private readonly Dictionary<string, string> _issued = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _found = new(StringComparer.Ordinal);

    public int Count => _all.Count;

    /// <summary>Where something was found that mustn't be there; each place once.</summary>
    public IReadOnlyCollection<string> Found => _found;

    /// <summary>Makes something to send.</summary>
    public string Plant(string place, Seen may = Seen.Nowhere)
    {
        var planted = new Planted(Prefix + _all.Count.ToString($"D{Digits}", CultureInfo.InvariantCulture) + "x", place, may);
        _all.Add(planted);
        return planted.Text;
    }

    /// <summary>A secret that the platform made, or was set up with.</summary>
    public void Issued(string secret, string what)
    {
        // Shorter ones are ids and numbers; the JSON of docs' examples has an ellipsis.
        if (secret.Length >= 12)
        {
            _issued.TryAdd(secret, what);
        }
    }

    /// <summary>Looks for everything in some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="where">What they are of.</param>
    /// <param name="name">A name for it.</param>
    /// <param name="issued">Whether issued secrets mustn't be there either.</param>
    public void Search(ReadOnlySpan<byte> bytes, Seen where, string name, bool issued = true)
    {
        foreach (var needle in Raw)
        {
            for (var rest = bytes; rest.IndexOf(needle) is var at and >= 0; rest = rest[(at + needle.Length)..])
            {
                Judge(Number(rest[(at + needle.Length)..], isHex: needle.Length > Prefix.Length), where, name);
            }
        }

        foreach (var (needle, skipped) in Base64)
        {
            for (var rest = bytes; rest.IndexOf(needle) is var at and >= 0; rest = rest[(at + needle.Length)..])
            {
                var text = Encoding.ASCII.GetString(rest.Slice(at, Math.Min(64, rest.Length - at) / 4 * 4)).Replace('-', '+').Replace('_', '/');
                var decoded = new byte[48];
                var length = 0;
                while (length / 3 * 4 < text.Length && Convert.TryFromBase64String(text.Substring(length / 3 * 4, 4), decoded.AsSpan(length), out var written) && written == 3)
                {
                    length += written;
                }

                Judge(Number(decoded.AsSpan(Math.Min(Prefix.Length - skipped, length)), isHex: false), where, name + ", in base64");
            }
        }

        foreach (var (secret, what) in issued ? _issued : [])
        {
            if (bytes.IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0)
            {
                _found.Add($"{what} is in {name}");
            }
        }
    }

    private static (byte[] Needle, int Skipped) Aligned(int offset)
    {
        // Whole groups of three bytes whose first is the prefix's byte number `skipped`.
        var skipped = (3 - offset) % 3;
        var bytes = Encoding.ASCII.GetBytes(Prefix)[skipped..];
        return (Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes.AsSpan(0, bytes.Length / 3 * 3))), skipped);
    }

    private static int? Number(ReadOnlySpan<byte> bytes, bool isHex)
    {
        var text = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 2 * Digits)]);
        if (isHex && text.Length == 2 * Digits)
        {
            text = Encoding.Latin1.GetString(Convert.FromHexString(text));
        }

        return text.Length >= Digits && int.TryParse(text.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private void Judge(int? number, Seen where, string name)
    {
        // Cut off behind its beginning it could be any of them.
        var planted = number is { } known && known < _all.Count ? _all[known] : null;
        if (planted is null || !planted.May.HasFlag(where))
        {
            _found.Add($"{planted?.Place ?? "something"} is in {name}");
        }
    }
}
