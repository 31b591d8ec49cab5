namespace Platform.Gateway.Routing;

/// <summary>
/// One route in Spin's grammar: literal segments, <c>:name</c> segments that match any one segment, and a trailing <c>/...</c> that matches the rest, nothing
/// included. A slash at the path's end makes no difference. Paths are compared as sent; only a literal also matches its percent-encoded forms.
/// </summary>
internal sealed class RoutePattern
{
    private const string Wildcard = "...";
    private readonly string[] _segments;

    private RoutePattern(string[] segments, bool isWildcard)
    {
        _segments = segments;
        IsWildcard = isWildcard;
    }

    /// <summary>Ends with <c>/...</c>.</summary>
    public bool IsWildcard { get; }

    /// <summary>Segments before the wildcard.</summary>
    public int Length => _segments.Length;

    /// <summary>Reads a pattern that was validated at deploy.</summary>
    public static RoutePattern Parse(string pattern)
    {
        var segments = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments is [.. var before, Wildcard] ? new RoutePattern(before, true) : new RoutePattern(segments, false);
    }

    /// <summary>Whether a path (from its first slash, without query) matches.</summary>
    /// <param name="path">The path as sent.</param>
    /// <param name="pathInfo">What the wildcard took, with its leading slash; else empty.</param>
    /// <param name="matches">Names and values of <c>:name</c> segments; null when there are none.</param>
    public bool TryMatch(ReadOnlySpan<char> path, out ReadOnlySpan<char> pathInfo, out List<KeyValuePair<string, string>>? matches)
    {
        pathInfo = default;
        matches = null;
        var rest = path;
        foreach (var expected in _segments)
        {
            if (rest is not ['/', .. var from])
            {
                return false;
            }

            var end = from.IndexOf('/');
            var segment = end < 0 ? from : from[..end];
            if (expected is [':', .. var name])
            {
                if (segment.IsEmpty)
                {
                    return false;
                }

                (matches ??= []).Add(new(name, segment.ToString()));
            }
            else if (!IsLiteral(expected, segment))
            {
                return false;
            }

            rest = from[segment.Length..];
        }

        if (IsWildcard)
        {
            pathInfo = rest;
            return true;
        }

        return rest is [] or ['/'];
    }

    /// <summary>Below zero when this one is to be tried before the other: exact before wildcard, then more segments, then a literal before a name.</summary>
    public int CompareTo(RoutePattern other)
    {
        if (IsWildcard != other.IsWildcard)
        {
            return IsWildcard ? 1 : -1;
        }

        if (Length != other.Length)
        {
            return other.Length.CompareTo(Length);
        }

        for (var i = 0; i < Length; i++)
        {
            if (_segments[i].StartsWith(':') != other._segments[i].StartsWith(':'))
            {
                return _segments[i].StartsWith(':') ? 1 : -1;
            }
        }

        return 0;
    }

    private static bool IsLiteral(string expected, ReadOnlySpan<char> segment) =>
        segment.SequenceEqual(expected) || (segment.Contains('%') && Uri.UnescapeDataString(segment) == expected);
}
