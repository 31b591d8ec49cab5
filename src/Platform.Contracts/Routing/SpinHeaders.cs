namespace Platform.Contracts.Routing;

/// <summary>The headers that Spin's HTTP trigger adds to a request (https://spinframework.dev/http-trigger#additional-request-information).</summary>
public static class SpinHeaders
{
    /// <summary>What they all begin with; only the platform may say such.</summary>
    public const string Prefix = "spin-";

    private const int Always = 7;

    /// <summary>What of the path the trailing <c>/...</c> matched, as sent; empty when it matched nothing.</summary>
    /// <param name="match">The match.</param>
    /// <param name="target">Path and query as sent.</param>
    /// <param name="pathLength">Where in <paramref name="target"/> the path ends.</param>
    public static string PathInfo(RouteMatch match, string target, int pathLength)
    {
        ArgumentNullException.ThrowIfNull(target);
        return (match.PathInfoStart, pathLength - match.PathInfoStart) switch
        {
            (_, 0) => "",
            (_, 1) => "/",
            var (start, length) => start == 0 && length == target.Length ? target : target.Substring(start, length),
        };
    }

    /// <summary>Works the headers out, names in lower case.</summary>
    /// <param name="match">The match.</param>
    /// <param name="pathInfo">Of <see cref="PathInfo"/>.</param>
    /// <param name="scheme">http or https.</param>
    /// <param name="host">Host as the client sent it, with its port if any.</param>
    /// <param name="target">Path and query as sent.</param>
    /// <param name="pathLength">Where in <paramref name="target"/> the path ends.</param>
    /// <param name="clientAddress">The client's address and port.</param>
    public static KeyValuePair<string, string>[] Compute(
        RouteMatch match, string pathInfo, string scheme, string host, string target, int pathLength, string clientAddress)
    {
        ArgumentNullException.ThrowIfNull(target);
        var route = match.Route;
        var headers = new KeyValuePair<string, string>[Always + route.Names.Length];
        headers[0] = new("spin-path-info", pathInfo);
        headers[1] = new("spin-full-url", string.Concat(scheme, "://", host, target));
        headers[2] = new("spin-matched-route", route.MatchedRoute);
        headers[3] = new("spin-base-path", "/");
        headers[4] = new("spin-raw-component-route", route.Pattern.Text);
        headers[5] = new("spin-component-route", route.ComponentRoute);
        headers[6] = new("spin-client-addr", clientAddress);
        AddNames(headers.AsSpan(Always), route, target.AsSpan(0, pathLength));
        return headers;
    }

    private static void AddNames(Span<KeyValuePair<string, string>> headers, Route route, ReadOnlySpan<char> path)
    {
        var added = 0;
        for (var segment = 0; added < headers.Length; segment++)
        {
            path = path[1..];
            var end = path.IndexOf('/');
            var value = end < 0 ? path : path[..end];
            if (route.Names[added].Segment == segment)
            {
                headers[added] = new(route.Names[added].Header, value.ToString());
                added++;
            }

            path = path[value.Length..];
        }
    }
}
