using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Platform.Contracts.Routing;

/// <summary>
/// One HTTP route in Spin's grammar (https://spinframework.dev/http-trigger#http-trigger-routes): literal segments, <c>:name</c> segments that match any one
/// segment, and a trailing <c>/...</c> that matches the rest, nothing included. A slash at the end makes no difference. Paths are compared as sent: case
/// matters, nothing is decoded, dot segments are segments like others.
/// </summary>
public sealed partial class RoutePattern
{
    /// <summary>Characters in a pattern.</summary>
    public const int MaxLength = 512;

    /// <summary>Segments in a pattern: the depth of a match.</summary>
    public const int MaxSegments = 64;

    private const string WildcardSegment = "...";

    private RoutePattern(string text, string[] segments, bool isWildcard)
    {
        Text = text;
        Segments = segments;
        IsWildcard = isWildcard;
    }

    /// <summary>As the manifest has it.</summary>
    public string Text { get; }

    /// <summary>Whether it ends with <c>/...</c>.</summary>
    public bool IsWildcard { get; }

    /// <summary>The segments before the wildcard; a name with its colon.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>What it matches, whatever its names are called: two routes with the same shape match the same paths.</summary>
    public string Shape => string.Concat(Segments.Select(segment => IsName(segment) ? "/:" : "/" + segment)) + (IsWildcard ? "/..." : "");

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="pattern">The pattern, when it is one.</param>
    /// <param name="error">What is wrong with it, when it isn't.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RoutePattern? pattern, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        pattern = null;
        if (text.Length > MaxLength)
        {
            error = $"a route has at most {MaxLength} characters";
            return false;
        }

        // As Spin does: a slash in front is added, one at the end makes no difference.
        var path = text.StartsWith('/') ? text[1..] : text;
        path = path.Length > 1 && path.EndsWith('/') ? path[..^1] : path;
        string[] segments = path.Length == 0 ? [] : path.Split('/');
        var isWildcard = segments is [.., WildcardSegment];
        segments = isWildcard ? segments[..^1] : segments;
        if (segments.Length > MaxSegments)
        {
            error = $"a route has at most {MaxSegments} segments";
            return false;
        }

        error = ErrorOf(segments);
        pattern = error is null ? new RoutePattern(text, segments, isWildcard) : null;
        return error is null;
    }

    internal static bool IsName(string segment) => segment.StartsWith(':');

    /// <summary>The header that tells the guest what a <c>:name</c> matched; Spin's way to turn a name into a field name.</summary>
    internal static string HeaderOf(string segment) => "spin-path-match-" + segment[1..].Replace('_', '-').ToLowerInvariant();

    private static string? ErrorOf(string[] segments)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var segment in segments)
        {
            var error = segment switch
            {
                "" => "a route has no empty segments; write single slashes",
                WildcardSegment => "'...' can only be a route's last segment",
                _ when segment.Contains('*', StringComparison.Ordinal) => "'*' is no wildcard; write '/...' at the end, or ':name' for one segment",
                ":" => "a ':' needs a name after it",
                [':', ..] when !Name().IsMatch(segment) => $"'{segment}' is no name; write ':' and letters, digits, '_' and '-', a letter first",
                [':', ..] => names.Add(HeaderOf(segment)) ? null : $"'{segment}' comes twice (names don't differ by case, nor by '-' and '_')",
                _ => Literal().IsMatch(segment)
                    ? null
                    : $"'{segment}' can't be in a path as sent; percent-encode what isn't a letter, a digit or one of -._~!$&'()+,;=:@",
            };
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    [GeneratedRegex(@"\A:[A-Za-z][A-Za-z0-9_-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    // RFC 3986 section 3.3, pchar.
    [GeneratedRegex(@"\A(?:[A-Za-z0-9\-._~!$&'()+,;=:@]|%[0-9A-Fa-f]{2})+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Literal();
}
