using Platform.Contracts.Versions;

namespace Platform.Gateway.Routing;

/// <summary>The routes of one version, in the order they are tried. Immutable.</summary>
internal sealed class RouteTable
{
    private readonly CompiledRoute[] _routes;

    public RouteTable(VersionDocument version)
    {
        // A stable sort: of two that match alike the manifest's first wins.
        _routes = [.. version.Routes.Select(route => new CompiledRoute(route)).Order(Comparer<CompiledRoute>.Create((a, b) => a.Pattern.CompareTo(b.Pattern)))];
    }

    /// <summary>The route of a path (as sent, without query); null when none matches.</summary>
    public RouteMatch? Find(ReadOnlySpan<char> path)
    {
        foreach (var route in _routes)
        {
            if (route.Pattern.TryMatch(path, out var pathInfo, out var matches))
            {
                return new RouteMatch(route, pathInfo.ToString(), matches);
            }
        }

        return null;
    }
}
