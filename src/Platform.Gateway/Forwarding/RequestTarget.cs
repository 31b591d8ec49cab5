using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Contracts.Invocation;
using Platform.Contracts.Routing;
using Platform.Contracts.Snapshots;

namespace Platform.Gateway.Forwarding;

/// <summary>What of a request a worker is told.</summary>
internal static class RequestTarget
{
    /// <summary>Path and query as the client sent them; what isn't in origin form as the server read it.</summary>
    public static string Raw(HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return raw is ['/', ..] ? raw : context.Request.Path.ToUriComponent() is { Length: > 0 } path ? path + context.Request.QueryString.ToUriComponent() : "/";
    }

    /// <summary>Where its path ends.</summary>
    public static int PathLength(string rawTarget) => rawTarget.IndexOf('?', StringComparison.Ordinal) is var query and >= 0 ? query : rawTarget.Length;

    /// <summary>The target for a worker.</summary>
    public static InvocationTarget Create(HttpContext context, string requestId, AppSnapshot app, long revision, int version, RouteMatch match, string rawTarget, int pathLength)
    {
        var request = context.Request;
        var pathInfo = SpinHeaders.PathInfo(match, rawTarget, pathLength);
        return new InvocationTarget
        {
            Tenant = app.Tenant,
            App = app.App,
            AppId = app.Id,
            Revision = revision,
            Version = version,
            Component = match.Route.Document.Component,
            RequestId = requestId,
            Route = match.Route.Document.Pattern,
            PathInfo = pathInfo,
            SpinHeaders = SpinHeaders.Compute(match, pathInfo, request.Scheme, request.Headers.Host.ToString(), rawTarget, pathLength, ClientAddress(context.Connection)),
        };
    }

    /// <summary>The client's address and port: IPv4 as such, though it came over a dual-stack socket.</summary>
    public static string ClientAddress(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { } address
            ? new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, connection.RemotePort).ToString()
            : "";
}
