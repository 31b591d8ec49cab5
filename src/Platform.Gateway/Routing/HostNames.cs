using System.Buffers;
using System.Globalization;
using System.Net;
using Platform.Contracts.Snapshots;

namespace Platform.Gateway.Routing;

/// <summary>
/// Reads Host fields: <c>{app}--{tenant}.{apps domain}</c>, <c>{app}--v{N}--{tenant}.{apps domain}</c>, the base domain, <c>localhost</c> and IP literals (which
/// count as the base domain); every other name may be a custom domain. Without case, port and final dot. Slugs hold no double hyphen, so that the label splits in one way only.
/// </summary>
internal sealed class HostNames(GatewayOptions options)
{
    // A DNS name's 253 characters, a dot and a port.
    private const int MaxLength = 260;
    private const string Separator = "--";

    // Clients send the same few names again and again. One entry a slot, the newer wins: bounded whatever names are sent, and without a lock, since entries
    // don't change.
    private const int CacheSlots = 2048;

    private static readonly HostTarget Base = new(HostKind.Base);
    private static readonly HostTarget Unknown = new(HostKind.Unknown);

    private static readonly SearchValues<char> s_name = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    private readonly string _suffix = "." + options.AppsDomain;
    private readonly Entry?[] _cache = new Entry?[CacheSlots];

    /// <summary>What the Host names. Without one (HTTP/1.0, as load balancers' health checks) it is the base domain.</summary>
    public HostTarget Read(string? host)
    {
        if (string.IsNullOrEmpty(host))
        {
            return Base;
        }

        if (host.Length > MaxLength)
        {
            return Unknown;
        }

        ref var slot = ref _cache[string.GetHashCode(host) & (CacheSlots - 1)];
        var entry = Volatile.Read(ref slot);
        if (entry is null || !string.Equals(entry.Host, host, StringComparison.Ordinal))
        {
            entry = new Entry(host, Parse(host));
            Volatile.Write(ref slot, entry);
        }

        return entry.Target;
    }

    private HostTarget Parse(ReadOnlySpan<char> host)
    {
        if (host[0] == '[')
        {
            var end = host.IndexOf(']');
            return end > 0 && IsPort(host[(end + 1)..]) && IPAddress.TryParse(host[1..end], out _) ? Base : Unknown;
        }

        var colon = host.IndexOf(':');
        if (colon >= 0 && !IsPort(host[colon..]))
        {
            return Unknown;
        }

        var name = colon >= 0 ? host[..colon] : host;
        name = name is [.., '.'] ? name[..^1] : name;
        if (name.Equals(options.BaseDomain, StringComparison.OrdinalIgnoreCase)
            || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (name.Count('.') == 3 && IPAddress.TryParse(name, out _)))
        {
            return Base;
        }

        return name.EndsWith(_suffix, StringComparison.OrdinalIgnoreCase) ? ParseLabel(name[..^_suffix.Length])
            : name.ContainsAnyExcept(s_name) ? Unknown
            : new HostTarget(HostKind.Unknown, Domain: Lower(name));
    }

    private static HostTarget ParseLabel(ReadOnlySpan<char> label)
    {
        var first = label.IndexOf(Separator);
        var last = label.LastIndexOf(Separator);
        if (first < 0)
        {
            return Unknown;
        }

        // What is no slug is no key of a snapshot either.
        var key = new AppKey(Lower(label[(last + Separator.Length)..]), Lower(label[..first]));
        if (first == last)
        {
            return new HostTarget(HostKind.App, key);
        }

        if (last < first + Separator.Length)
        {
            return Unknown;
        }

        var middle = label[(first + Separator.Length)..last];
        return middle is ['v' or 'V', not '0', ..] && int.TryParse(middle[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new HostTarget(HostKind.App, key, version)
            : Unknown;
    }

    private static bool IsPort(ReadOnlySpan<char> text) => text.IsEmpty || (text[0] == ':' && text.Length <= 6 && !text[1..].ContainsAnyExceptInRange('0', '9'));

    private static string Lower(ReadOnlySpan<char> name) =>
        string.Create(name.Length, name, static (buffer, source) => source.ToLowerInvariant(buffer));

    private sealed record Entry(string Host, HostTarget Target);
}
