using System.Net;
using Platform.Host.Startup;

namespace Platform.Host.Settings;

/// <summary>Where the DNS is asked for the records that prove custom domains (<c>Platform:Dns</c>).</summary>
internal sealed class DnsSettings
{
    private const int DefaultPort = 53;

    /// <summary>Resolvers, each an address with or without a port. Default none: the machine's.</summary>
    public IReadOnlyList<string> Servers { get; set; } = [];

    /// <summary>The resolvers' addresses.</summary>
    /// <exception cref="StartupException">One is no address.</exception>
    public IReadOnlyList<IPEndPoint> EndPoints() => [.. Servers.Select(static (text, i) =>
        IPEndPoint.TryParse(text, out var endPoint) ? new IPEndPoint(endPoint.Address, endPoint.Port == 0 ? DefaultPort : endPoint.Port)
        : throw new StartupException($"Platform:Dns:Servers:{i} '{text}': no address; write one such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53"))];
}
