namespace Platform.Contracts.Routing;

/// <summary>What can follow a sequence of segments.</summary>
internal sealed class RouteNode
{
    private readonly Dictionary<string, RouteNode> _literals = new(StringComparer.Ordinal);
    private RouteNode? _name;
    private Route? _end;
    private Route? _wildcard;

    /// <summary>Adds a route below this node; the first of two with one shape wins.</summary>
    public void Add(Route route)
    {
        var node = this;
        foreach (var segment in route.Pattern.Segments)
        {
            if (RoutePattern.IsName(segment))
            {
                node = node._name ??= new RouteNode();
            }
            else
            {
                if (!node._literals.TryGetValue(segment, out var next))
                {
                    node._literals.Add(segment, next = new RouteNode());
                }

                node = next;
            }
        }

        if (route.Pattern.IsWildcard)
        {
            node._wildcard ??= route;
        }
        else
        {
            node._end ??= route;
        }
    }

    /// <summary>
    /// Tries a literal, then a name, then the wildcard, going back when what follows doesn't match. The work is bounded by the number of nodes, the depth by
    /// <see cref="RoutePattern.MaxSegments"/>, whatever the path.
    /// </summary>
    public bool TryFind(ReadOnlySpan<char> path, int start, out RouteMatch match)
    {
        var rest = path[start..];
        if (rest is [] or ['/'])
        {
            if (_end is not null)
            {
                match = new RouteMatch(_end, path.Length);
                return true;
            }
        }
        else
        {
            var length = rest[1..].IndexOf('/');
            var segment = length < 0 ? rest[1..] : rest.Slice(1, length);
            var next = start + 1 + segment.Length;
            if (_literals.Count > 0
                && _literals.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(segment, out var literal)
                && literal.TryFind(path, next, out match))
            {
                return true;
            }

            if (_name is not null && !segment.IsEmpty && _name.TryFind(path, next, out match))
            {
                return true;
            }
        }

        if (_wildcard is not null)
        {
            match = new RouteMatch(_wildcard, start);
            return true;
        }

        match = default;
        return false;
    }
}
