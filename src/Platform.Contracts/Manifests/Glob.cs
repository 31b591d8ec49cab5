using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Contracts.Manifests;

/// <summary>
/// A glob as Spin's <c>files</c> takes them (those of Rust's glob crate): <c>*</c> and <c>?</c> within a segment, <c>[abc]</c>, <c>[a-z]</c>, <c>[!a]</c>, and
/// <c>**</c> as a whole segment for any number of them. Case matters.
/// </summary>
internal sealed class Glob
{
    private readonly Regex _pattern;

    private Glob(Regex pattern) => _pattern = pattern;

    public static bool TryParse(string text, [NotNullWhen(true)] out Glob? glob)
    {
        glob = null;
        if (RelativePath.Normalize(text) is not { } path)
        {
            return false;
        }

        var pattern = new StringBuilder(@"\A");
        var segments = path.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if (segments[i] == "**")
            {
                pattern.Append(isLast ? ".+" : "(?:[^/]+/)*");
            }
            else if (!TryAppend(pattern, segments[i]))
            {
                return false;
            }
            else if (!isLast)
            {
                pattern.Append('/');
            }
        }

        // Not backtracking: a manifest is not the platform's own text.
        glob = new Glob(new Regex(pattern.Append(@"\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline));
        return true;
    }

    /// <summary>Whether a normalized relative path matches.</summary>
    public bool IsMatch(string path) => _pattern.IsMatch(path);

    private static bool TryAppend(StringBuilder pattern, string segment)
    {
        if (segment.Contains("**", StringComparison.Ordinal))
        {
            return false;
        }

        for (var i = 0; i < segment.Length; i++)
        {
            switch (segment[i])
            {
                case '*':
                    pattern.Append("[^/]*");
                    break;
                case '?':
                    pattern.Append("[^/]");
                    break;
                case '[':
                    var end = segment.IndexOf(']', Math.Min(i + 2, segment.Length - 1));
                    var body = end > i + 1 ? segment[(i + 1)..end] : "";
                    var isNot = body.StartsWith('!');
                    body = isNot ? body[1..] : body;
                    if (body.Length == 0 || !IsSet(body))
                    {
                        return false;
                    }

                    pattern.Append(isNot ? "[^/" : "[").Append(body).Append(']');
                    i = end;
                    break;
                default:
                    pattern.Append(Regex.Escape(segment[i].ToString()));
                    break;
            }
        }

        return true;
    }

    // Letters, digits and ranges upwards of them; nothing that means something to a regular expression.
    private static bool IsSet(string body)
    {
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == '-' && i > 0 && i < body.Length - 1)
            {
                if (body[i - 1] > body[i + 1])
                {
                    return false;
                }
            }
            else if (!char.IsAsciiLetterOrDigit(body[i]) && body[i] != '_')
            {
                return false;
            }
        }

        return true;
    }
}
