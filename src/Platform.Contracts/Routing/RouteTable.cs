using Platform.Contracts.Versions;

namespace Platform.Contracts.Routing;

/// <summary>
/// The routes of one version. Of those that match a path, the one wins that is more exact at the first segment where they differ: a literal before a
/// <c>:name</c>, that before <c>/...</c>; so an exact route beats a wildcard, and of wildcards the longest prefix wins. Immutable.
/// </summary>
public sealed class RouteTable
{
    private readonly RouteNode _root = new();

    /// <summary>Makes the table.</summary>
    /// <exception cref="ArgumentException">A route has no valid pattern.</exception>
    public RouteTable(IReadOnlyList<RouteDocument> routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        foreach (var route in routes)
        {
            _root.Add(new Route(route));
        }
    }

    /// <summary>The route of a path. Allocates nothing.</summary>
    /// <param name="path">The path as sent, from its first slash, without the query.</param>
    /// <param name="match">The route.</param>
    /// <returns>Whether one matches; none does a path without its first slash.</returns>
    public bool TryFind(ReadOnlySpan<char> path, out RouteMatch match)
    {
        if (path is ['/', ..])
        {
            return _root.TryFind(path, 0, out match);
        }

        match = default;
        return false;
    }
}
