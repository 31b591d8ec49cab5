using Platform.Contracts.Versions;

namespace Platform.Contracts.Routing;

/// <summary>A route of a version, with what all requests on it have in common.</summary>
public sealed class Route
{
    internal Route(RouteDocument document)
    {
        if (!RoutePattern.TryParse(document.Pattern, out var pattern, out var error))
        {
            throw new ArgumentException($"The route '{document.Pattern}' can't be in a version: {error}.", nameof(document));
        }

        Document = document;
        Pattern = pattern;
        Names = [.. pattern.Segments.Index().Where(segment => RoutePattern.IsName(segment.Item)).Select(segment => (segment.Index, RoutePattern.HeaderOf(segment.Item)))];

        // As Spin's router keeps it: with a slash in front, without one at the end.
        var full = pattern.Text.StartsWith('/') ? pattern.Text : "/" + pattern.Text;
        MatchedRoute = full.EndsWith('/') ? full[..^1] : full;
        ComponentRoute = pattern.Text.EndsWith("/...", StringComparison.Ordinal) ? pattern.Text[..^"/...".Length] : pattern.Text;
    }

    /// <summary>The route as the version has it.</summary>
    public RouteDocument Document { get; }

    /// <summary>Its pattern.</summary>
    public RoutePattern Pattern { get; }

    /// <summary>Which segments of the path have a name, and the header for each.</summary>
    internal (int Segment, string Header)[] Names { get; }

    internal string MatchedRoute { get; }

    internal string ComponentRoute { get; }
}
