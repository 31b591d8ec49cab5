using Microsoft.AspNetCore.Http;

namespace Platform.Control.Access;

/// <summary>Where a request comes from, as the audit trail keeps it.</summary>
internal static class ClientAddress
{
    /// <summary>The peer's IP address, IPv4 as such though it came over a dual-stack socket; null without one.</summary>
    public static string? Of(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : null;
}
