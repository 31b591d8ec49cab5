using System.Net;
using Microsoft.AspNetCore.Http;

namespace Platform.Control.Access;

/// <summary>Where a request comes from, as the audit trail keeps it.</summary>
internal static class ClientAddress
{
    /// <summary>The peer's IP address, IPv4 as such though it came over a dual-stack socket; null without one.</summary>
    public static string? Of(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : null;

    /// <summary>What counts as one client: an IPv4 address, or a /64 of IPv6, which a client has whole to send from.</summary>
    public static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        if (bytes.Length == 16)
        {
            bytes.AsSpan(8).Clear();
        }

        return new IPAddress(bytes);
    }
}
