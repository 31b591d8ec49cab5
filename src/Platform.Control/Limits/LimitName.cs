using Platform.Contracts.Versions;

namespace Platform.Control.Limits;

/// <summary>A limit of a request.</summary>
/// <param name="Key">The manifest's key.</param>
/// <param name="Property">The API's property.</param>
/// <param name="Of">Its value among limits.</param>
internal sealed record LimitName(string Key, string Property, Func<LimitsDocument, long?> Of)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<LimitName> All { get; } =
    [
        new("fuel", "fuel", static limits => limits.Fuel),
        new("memory-bytes", "memoryBytes", static limits => limits.MemoryBytes),
        new("wall-ms", "wallMs", static limits => limits.WallMs),
        new("request-body-bytes", "requestBodyBytes", static limits => limits.RequestBodyBytes),
        new("outbound-requests", "outboundRequests", static limits => limits.OutboundRequests),
        new("log-bytes", "logBytes", static limits => limits.LogBytes),
    ];
}
