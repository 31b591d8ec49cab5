using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;
using Platform.Gateway.Routing;

namespace Platform.Gateway.Forwarding;

/// <summary>What of a request a worker is told.</summary>
internal static class RequestTarget
{
    /// <summary>Path and query as the client sent them; what isn't in origin form as the server read it.</summary>
    public static string RawTarget(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return raw is ['/', ..] ? raw : context.Request.Path.ToUriComponent() is { Length: > 0 } path ? path + context.Request.QueryString.ToUriComponent() : "/";
    }

    /// <summary>The path of it.</summary>
    public static ReadOnlySpan<char> PathOf(string rawTarget) =>
        rawTarget.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 ? rawTarget.AsSpan(0, query) : rawTarget;

    /// <summary>The target for a worker.</summary>
    public static InvocationTarget Create(HttpContext context, string requestId, AppKey app, int version, RouteMatch match, string rawTarget) => new()
    {
        Tenant = app.Tenant,
        App = app.App,
        Version = version,
        Component = match.Route.Document.Component,
        RequestId = requestId,
        Route = match.Route.Document.Pattern,
        PathInfo = match.PathInfo,
        SpinHeaders = SpinHeaders(context, match, rawTarget),
    };

    private static List<KeyValuePair<string, string>> SpinHeaders(HttpContext context, RouteMatch match, string rawTarget)
    {
        var request = context.Request;
        var headers = new List<KeyValuePair<string, string>>(match.Route.SpinHeaders.Count + 3 + (match.Matches?.Count ?? 0));
        headers.AddRange(match.Route.SpinHeaders);
        headers.Add(new("spin-path-info", match.PathInfo));
        headers.Add(new("spin-full-url", string.Concat(request.Scheme, "://", request.Host.Value, rawTarget)));
        headers.Add(new("spin-client-addr", ClientAddress(context.Connection)));
        foreach (var (name, value) in match.Matches ?? [])
        {
            headers.Add(new("spin-path-match-" + name.ToLowerInvariant(), value));
        }

        return headers;
    }

    // IPv4 as such, though it came over a dual-stack socket.
    private static string ClientAddress(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { } address
            ? new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, connection.RemotePort).ToString()
            : "";
}
