namespace Platform.Runtime.Sandboxes;

/// <summary>The hard limits of one request.</summary>
public sealed record SandboxLimits
{
    /// <summary>Fuel, about one unit a wasm instruction. Default 1,000,000,000 (design section 6).</summary>
    public long Fuel { get; init; } = 1_000_000_000;

    /// <summary>Bytes of all linear memories of the request together. Default 128 MiB.</summary>
    public long MemoryBytes { get; init; } = 128L << 20;

    /// <summary>Wall time from the start of the sandbox. Default 30 s.</summary>
    public TimeSpan Wall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of response headers, names and values. Default 128 KiB.</summary>
    public int ResponseHeaderBytes { get; init; } = 128 << 10;

    /// <summary>Resource handles alive at once. Default 10,000.</summary>
    public int Handles { get; init; } = 10_000;
}
