using Platform.Contracts.Usage;

namespace Platform.Control.Usage;

/// <summary>Sums as the store keeps them or adds them up.</summary>
internal sealed class UsageHourRow
{
    /// <summary>The beginning of the hour, or of the day when days are asked for.</summary>
    public required long Hour { get; init; }

    public long AppId { get; init; }

    public string? App { get; init; }

    public long? Version { get; init; }

    public required string Outcome { get; init; }

    public required long Requests { get; init; }

    public required long Fuel { get; init; }

    public required long CpuMicroseconds { get; init; }

    public required long WallMicroseconds { get; init; }

    public required long BytesIn { get; init; }

    public required long BytesOut { get; init; }

    public required long OutboundRequests { get; init; }

    public required long OutboundBytesOut { get; init; }

    public required long OutboundBytesIn { get; init; }

    public required long ColdStarts { get; init; }

    public required long LogBytes { get; init; }

    public UsageValues Values => new(
        Requests, Fuel, CpuMicroseconds, WallMicroseconds, BytesIn, BytesOut, OutboundRequests, OutboundBytesOut, OutboundBytesIn, ColdStarts, LogBytes);
}
