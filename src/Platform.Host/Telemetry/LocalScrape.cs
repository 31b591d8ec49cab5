using System.Net;

namespace Platform.Host.Telemetry;

/// <summary>
/// Tells a scraper on this machine from a page in its browser and from a proxy in front: the peer is loopback, nobody forwarded the request, and the Host
/// it asked for is loopback too, which a rebound DNS name is not.
/// </summary>
internal static class LocalScrape
{
    private static readonly string[] ForwardingHeaders =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    /// <summary>Whether the request is one.</summary>
    public static bool Is(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } peer
        && IPAddress.IsLoopback(peer)
        && !ForwardingHeaders.Any(context.Request.Headers.ContainsKey)
        && IsLoopbackHost(context.Request.Host.Host);

    private static bool IsLoopbackHost(string host) =>
        host.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
