using System.Buffers;
using System.Globalization;
using System.Text;

namespace Platform.Worker.Logs;

/// <summary>Makes a guest's bytes safe to show: what a terminal or a viewer would obey, or that would pass for a line's end, is written out.</summary>
internal static class LogText
{
    // C0 without tab, DEL, C1, the line and paragraph separators, and the controls that turn the order of text around (Trojan Source).
    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(static c => c != '\t').Concat(Enumerable.Range(0x7F, 0x21))
            .Concat([0x200E, 0x200F, 0x2028, 0x2029, .. Enumerable.Range(0x202A, 5), .. Enumerable.Range(0x2066, 4)]).Select(static c => (char)c)]);

    /// <summary>A line feed of the platform's own: of a backtrace.</summary>
    public const string Kept = "\n";

    /// <summary>One of a guest's message, which may have it from anybody: what follows must not look like a line of its own.</summary>
    public const string Indented = "\n    ";

    /// <summary>Decodes UTF-8 (what isn't becomes U+FFFD) and escapes.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => Escape(Encoding.UTF8.GetString(bytes));

    /// <summary>Escapes what of a text fits in so many characters; what is cut off is told by an ellipsis.</summary>
    public static string Cut(string text, int most, string? lineFeed = null)
    {
        // Of a long text no more is escaped than can be of use.
        var escaped = Escape(text.Length > most ? text[..most] : text, lineFeed);
        return text.Length <= most && escaped.Length <= most ? escaped : $"{escaped[..Math.Min(escaped.Length, most - 1)]}…";
    }

    /// <summary>Escapes <c>\u{1b}</c>-like whatever is not plain text; a line feed as well, unless something else takes its place (<see cref="Kept"/>, <see cref="Indented"/>).</summary>
    public static string Escape(string text, string? lineFeed = null)
    {
        if (!text.AsSpan().ContainsAny(Unsafe))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (!Unsafe.Contains(c))
            {
                escaped.Append(c);
            }
            else if (c == '\n' && lineFeed is not null)
            {
                escaped.Append(lineFeed);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{{{(int)c:x}}}");
            }
        }

        return escaped.ToString();
    }
}
