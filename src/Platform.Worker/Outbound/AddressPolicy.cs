using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Platform.Worker.Outbound;

/// <summary>
/// The addresses that guests may connect to, held against the very address that is connected to: nothing of this machine or its network unless the operator
/// allows it, and never the platform itself.
/// </summary>
/// <param name="allowed">Networks that the operator allows although they are special.</param>
/// <param name="blocked">Networks that the operator blocks besides.</param>
/// <param name="ownPorts">Ports that the platform listens on.</param>
internal sealed class AddressPolicy(IReadOnlyList<IPNetwork> allowed, IReadOnlyList<IPNetwork> blocked, Func<IReadOnlySet<int>> ownPorts)
{
    private static readonly byte[] s_nat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];

    // IANA's special-purpose registries (RFC 6890 and its updates), multicast, and what embeds an IPv4 address (IPv4-compatible, 6to4, Teredo).
    private static readonly IPNetwork[] s_special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(static network => IPNetwork.Parse(network)),
    ];

    /// <summary>Whether a guest may connect there.</summary>
    public bool Permits(IPAddress address, int port)
    {
        var plain = Embedded(address);
        if (ownPorts().Contains(port) && IsThisMachine(plain))
        {
            return false;
        }

        return !Contains(blocked, plain) && (Contains(allowed, plain) || !Contains(s_special, plain));
    }

    // ::ffff:a.b.c.d (RFC 4291) and 64:ff9b::a.b.c.d (RFC 6052) mean the IPv4 address in them.
    private static IPAddress Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        return bytes.AsSpan().StartsWith(s_nat64) ? new IPAddress(bytes.AsSpan(12)) : address;
    }

    private static bool IsThisMachine(IPAddress address) =>
        IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
        || NetworkInterface.GetAllNetworkInterfaces().Any(one => one.GetIPProperties().UnicastAddresses.Any(local => local.Address.Equals(address)));

    private static bool Contains(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        for (var i = 0; i < networks.Count; i++)
        {
            if (networks[i].Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
