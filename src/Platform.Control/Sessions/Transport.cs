using System.Net;
using Microsoft.AspNetCore.Http;

namespace Platform.Control.Sessions;

/// <summary>Whether a password or session may travel the way a request came: over TLS, or within this machine.</summary>
public static class Transport
{
    /// <summary>Whether a request came in one of these ways.</summary>
    public static bool IsSafe(HttpContext http) =>
        http.Request.IsHttps || (http.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer));
}
