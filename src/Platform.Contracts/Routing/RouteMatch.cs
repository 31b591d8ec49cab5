namespace Platform.Contracts.Routing;

/// <summary>The route that a path takes.</summary>
/// <param name="Route">The route.</param>
/// <param name="PathInfoStart">Where in the path that begins which the trailing <c>/...</c> matched; the path's length when it matched nothing or there is none.</param>
public readonly record struct RouteMatch(Route Route, int PathInfoStart);
