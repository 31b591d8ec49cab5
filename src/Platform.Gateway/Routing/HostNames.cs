using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Snapshots;

namespace Platform.Gateway.Routing;

/// <summary>
/// Reads Host fields: <c>{app}--{tenant}.{apps domain}</c>, <c>{app}--v{N}--{tenant}.{apps domain}</c>, the base domain, <c>localhost</c> and IP literals (which
/// count as the base domain). Without case, port and final dot. Slugs hold no double hyphen, so that the label splits in one way only.
/// </summary>
internal sealed class HostNames(GatewayOptions options)
{
    private const string Separator = "--";
    private readonly string _suffix = "." + options.AppsDomain;

    /// <summary>What the Host names.</summary>
    public HostTarget Read(HostString host)
    {
        // HostString.Host leaves the port away; HTTP/1.0 clients may send no Host at all, and such are health checks of load balancers.
        var name = host.Host.AsSpan();
        if (name.EndsWith('.'))
        {
            name = name[..^1];
        }

        if (name.EndsWith(_suffix, StringComparison.OrdinalIgnoreCase) && name[..^_suffix.Length] is var label && !label.Contains('.'))
        {
            return ReadLabel(label);
        }

        var isBase = name.IsEmpty
            || name.Equals(options.BaseDomain, StringComparison.OrdinalIgnoreCase)
            || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || IPAddress.TryParse(name.Trim("[]"), out _);
        return new HostTarget(isBase ? HostKind.Base : HostKind.Unknown);
    }

    private static HostTarget ReadLabel(ReadOnlySpan<char> label)
    {
        var first = label.IndexOf(Separator);
        var last = label.LastIndexOf(Separator);
        if (first <= 0 || last + Separator.Length >= label.Length)
        {
            return new HostTarget(HostKind.Unknown);
        }

        var key = new AppKey(Lower(label[(last + Separator.Length)..]), Lower(label[..first]));
        if (first == last)
        {
            return new HostTarget(HostKind.App, key);
        }

        var middle = label[(first + Separator.Length)..last];
        return middle is ['v' or 'V', .. var digits]
            && digits is not ['0', ..]
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? new HostTarget(HostKind.App, key, version)
                : new HostTarget(HostKind.Unknown);
    }

    private static string Lower(ReadOnlySpan<char> name) =>
        string.Create(name.Length, name, static (buffer, source) => source.ToLowerInvariant(buffer));
}
