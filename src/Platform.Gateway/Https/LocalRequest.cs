using System.Net;
using Microsoft.AspNetCore.Http;

namespace Platform.Gateway.Https;

/// <summary>
/// Tells somebody on this machine from a page in its browser and from a proxy in front: the peer is loopback, nobody forwarded the request, and the Host
/// it asked for is loopback too, which a rebound DNS name is not.
/// </summary>
public static class LocalRequest
{
    // The last ones are what remains of those that a trusted proxy sent.
    private static readonly string[] s_forwardingHeaders =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "X-Original-For", "X-Original-Host", "X-Original-Proto"];

    /// <summary>Whether the request is such a one.</summary>
    public static bool Is(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } peer
        && IPAddress.IsLoopback(peer)
        && !s_forwardingHeaders.Any(context.Request.Headers.ContainsKey)
        && IsLoopbackHost(context.Request.Host.Host);

    private static bool IsLoopbackHost(string host) =>
        host.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
