using System.Collections.Frozen;
using Platform.Contracts.Invocation;

namespace Platform.Worker.Invocation;

/// <summary>Which fields pass between client and guest, and their names in lower case.</summary>
internal static class FieldNames
{
    // RFC 9110 section 7.6.1: fields of one connection. Kestrel has dealt with them.
    private static readonly FrozenSet<string> HopByHop = FrozenSet.ToFrozenSet(
        ["connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings"],
        StringComparer.OrdinalIgnoreCase);

    // Saves making a lower-case copy of the common names at every request.
    private static readonly FrozenDictionary<string, string> Known = ((string[])
        [
            "accept", "accept-charset", "accept-encoding", "accept-language", "access-control-request-headers", "access-control-request-method", "authorization",
            "cache-control", "content-encoding", "content-language", "content-length", "content-type", "cookie", "date", "dnt", "expect", "forwarded", "from",
            "host", "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "max-forwards", "origin", "pragma", "priority", "range",
            "referer", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user",
            "traceparent", "tracestate", "upgrade-insecure-requests", "user-agent", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
            "x-requested-with",
        ]).ToFrozenDictionary(static name => name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name in lower case.</summary>
    public static string Lower(string name) => Known.TryGetValue(name, out var lower) ? lower : name.ToLowerInvariant();

    /// <summary>Whether a client's field is kept from the guest: hop-by-hop, the platform's own, Spin's (only the gateway may say those).</summary>
    public static bool IsKeptFromGuest(string name) => IsPlatforms(name) || name.StartsWith("spin-", StringComparison.OrdinalIgnoreCase) || HopByHop.Contains(name);

    /// <summary>Whether a guest's field is kept from the client.</summary>
    public static bool IsKeptFromClient(string name) => IsPlatforms(name) || HopByHop.Contains(name);

    /// <summary>Whether a guest's field is kept from the client: also one that would set the platform's cookie.</summary>
    public static bool IsKeptFromClient(string name, string value) =>
        IsKeptFromClient(name) || (name.Equals("set-cookie", StringComparison.OrdinalIgnoreCase) && VersionCookie.IsSetBy(value));

    private static bool IsPlatforms(string name) => name.StartsWith("platform-", StringComparison.OrdinalIgnoreCase);
}
