using Platform.Contracts.Versions;

namespace Platform.Gateway.Routing;

/// <summary>A route and what every request on it has in common.</summary>
internal sealed class CompiledRoute
{
    public CompiledRoute(RouteDocument document)
    {
        Document = document;
        Pattern = RoutePattern.Parse(document.Pattern);
        var prefix = Pattern.IsWildcard ? document.Pattern[..^"/...".Length] : document.Pattern;
        SpinHeaders =
        [
            new("spin-base-path", "/"),
            new("spin-matched-route", document.Pattern),
            new("spin-raw-component-route", document.Pattern),
            new("spin-component-route", prefix.Length == 0 ? "/" : prefix),
        ];
    }

    public RouteDocument Document { get; }

    public RoutePattern Pattern { get; }

    /// <summary>The <c>spin-*</c> headers that don't depend on the request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> SpinHeaders { get; }
}
