namespace Platform.Worker.Usage;

/// <summary>What one request or message used.</summary>
internal readonly struct UsageSample
{
    public long Fuel { get; init; }

    /// <summary>Processor time in ticks of 100 ns.</summary>
    public long CpuTicks { get; init; }

    /// <summary>Time in the sandbox in ticks of 100 ns.</summary>
    public long WallTicks { get; init; }

    public long BytesIn { get; init; }

    public long BytesOut { get; init; }

    public long OutboundRequests { get; init; }

    public long OutboundBytesOut { get; init; }

    public long OutboundBytesIn { get; init; }

    public bool IsCold { get; init; }

    public long LogBytes { get; init; }
}
