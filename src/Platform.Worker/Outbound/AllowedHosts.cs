using System.Globalization;
using System.Net;

namespace Platform.Worker.Outbound;

/// <summary>
/// The hosts that a component may call: <c>allowed_outbound_hosts</c> of its manifest, in Spin's grammar: scheme or <c>*</c>, host, <c>*.domain</c>, <c>*</c> or
/// network, then a port, a range of them or <c>*</c>. Without a port the scheme's own is meant. Immutable.
/// </summary>
internal sealed class AllowedHosts
{
    private readonly Entry[] _entries;

    /// <summary>Reads the manifest's list; what isn't of the grammar was refused at deploy, and allows nothing here.</summary>
    public AllowedHosts(IReadOnlyList<string> hosts) => _entries = [.. hosts.Select(Parse).OfType<Entry>()];

    /// <summary>Whether a URL's scheme, host (without brackets, in lower case) and port are among them.</summary>
    public bool Allows(string scheme, string host, int port) => Array.Exists(_entries, entry => entry.Matches(scheme, host, port));

    // Of a scheme without one, whatever the port is, it has to be written.
    private static int DefaultPort(string scheme) => scheme switch
    {
        "http" => 80,
        "https" => 443,
        "redis" or "rediss" => 6379,
        "postgres" => 5432,
        "mysql" => 3306,
        "mqtt" => 1883,
        "mqtts" => 8883,
        _ => -1,
    };

    private static Entry? Parse(string text)
    {
        var at = text.IndexOf("://", StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var scheme = text[..at];
        var rest = text[(at + 3)..].TrimEnd('/');
        var (host, port) = Split(rest);
        if (!TryParsePorts(port, out var ports))
        {
            return null;
        }

        return IPNetwork.TryParse(host, out var network) ? new Entry(scheme, "", network, ports)
            : host.Length == 0 || host.Contains('/', StringComparison.Ordinal) ? null
            : new Entry(scheme, host.ToLowerInvariant(), null, ports);
    }

    // "[::1]/64:80", "example.com:80", "10.0.0.0/8:80".
    private static (string Host, string? Port) Split(string rest)
    {
        var from = rest.StartsWith('[') ? Math.Max(0, rest.IndexOf(']', StringComparison.Ordinal)) : 0;
        var colon = rest.IndexOf(':', from);
        var host = colon < 0 ? rest : rest[..colon];
        return (host.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal), colon < 0 ? null : rest[(colon + 1)..]);
    }

    private static bool TryParsePorts(string? text, out (int First, int Last)? ports)
    {
        ports = null;
        if (text is null)
        {
            return true;
        }

        if (text == "*")
        {
            ports = (0, ushort.MaxValue);
            return true;
        }

        var parts = text.Split("..", 2);
        if (!ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !ushort.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
        {
            return false;
        }

        ports = (first, last);
        return true;
    }

    private sealed record Entry(string Scheme, string Host, IPNetwork? Network, (int First, int Last)? Ports)
    {
        public bool Matches(string scheme, string host, int port) =>
            (Scheme == "*" || Scheme == scheme) && MatchesPort(scheme, port) && MatchesHost(host);

        private bool MatchesPort(string scheme, int port) =>
            Ports is { } ports ? port >= ports.First && port <= ports.Last : port == DefaultPort(scheme);

        private bool MatchesHost(string host) =>
            Network is { } network ? IPAddress.TryParse(host, out var address) && network.Contains(address)
            : Host == "*" || Host == host
                || (Host.StartsWith("*.", StringComparison.Ordinal) && host.Length > Host.Length - 1 && host.EndsWith(Host[1..], StringComparison.Ordinal));
    }
}
