using System.Net;

namespace Platform.Worker.Outbound;

/// <summary>The networks of the settings.</summary>
internal static class OutboundNetworks
{
    /// <summary>What may be reached by them.</summary>
    /// <exception cref="WorkerConfigurationException">One is no network.</exception>
    public static AddressPolicy Policy(WorkerOptions options, Func<IReadOnlySet<int>> ownPorts) => new(
        Parse(options.OutboundAllowedNetworks, nameof(options.OutboundAllowedNetworks)),
        Parse(options.OutboundBlockedNetworks, nameof(options.OutboundBlockedNetworks)),
        ownPorts);

    private static List<IPNetwork> Parse(IReadOnlyList<string> texts, string setting)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in texts)
        {
            networks.Add(IPNetwork.TryParse(text, out var network) ? network : throw new WorkerConfigurationException(
                $"{WorkerOptions.Section}:{setting}: '{text}' is no network; write its first address and prefix length, as 10.0.0.0/8 or fd00::/8."));
        }

        return networks;
    }
}
