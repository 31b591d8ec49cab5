namespace Platform.Gateway.Routing;

/// <summary>The route that a path takes.</summary>
/// <param name="Route">The route.</param>
/// <param name="PathInfo">What its trailing wildcard took, as sent.</param>
/// <param name="Matches">Names and values of its <c>:name</c> segments; null when there are none.</param>
internal readonly record struct RouteMatch(CompiledRoute Route, string PathInfo, IReadOnlyList<KeyValuePair<string, string>>? Matches);
