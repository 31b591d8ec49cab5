namespace Platform.Contracts.Versions;

/// <summary>Limits of a request, under <c>[component.X.tool.platform]</c> of a manifest or for a whole app; null where none is set.</summary>
/// <param name="Fuel">Fuel a request (<c>fuel</c>).</param>
/// <param name="MemoryBytes">Bytes of memory a request (<c>memory-bytes</c>).</param>
/// <param name="WallMs">Wall time a request in milliseconds (<c>wall-ms</c>).</param>
/// <param name="RequestBodyBytes">Bytes of request body (<c>request-body-bytes</c>).</param>
/// <param name="OutboundRequests">Outbound requests a request (<c>outbound-requests</c>).</param>
/// <param name="LogBytes">Bytes of log a request (<c>log-bytes</c>).</param>
public sealed record LimitsDocument(
    long? Fuel = null,
    long? MemoryBytes = null,
    long? WallMs = null,
    long? RequestBodyBytes = null,
    long? OutboundRequests = null,
    long? LogBytes = null)
{
    /// <summary>These, and where none is set the other ones.</summary>
    public LimitsDocument Over(LimitsDocument other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new LimitsDocument(
            Fuel ?? other.Fuel,
            MemoryBytes ?? other.MemoryBytes,
            WallMs ?? other.WallMs,
            RequestBodyBytes ?? other.RequestBodyBytes,
            OutboundRequests ?? other.OutboundRequests,
            LogBytes ?? other.LogBytes);
    }

    /// <summary>What holds where a manifest sets none, in workers as their engine has it (design section 6).</summary>
    public static LimitsDocument Defaults { get; } = new(1_000_000_000, 128L << 20, 30_000, 30_000_000, 50, 256 << 10);
}
