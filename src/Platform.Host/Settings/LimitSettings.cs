using System.ComponentModel.DataAnnotations;

namespace Platform.Host.Settings;

/// <summary>The installation's ceilings (<c>Platform:Limits:Max*</c>): no manifest and no quota exceeds them.</summary>
internal sealed class LimitSettings
{
    /// <summary>Fuel a request. Default 10,000,000,000.</summary>
    [Range(1, long.MaxValue)]
    public long MaxFuel { get; set; } = 10_000_000_000;

    /// <summary>Bytes of memory a request; sizes the pool at start. Default 128 MiB.</summary>
    [Range(1 << 20, 4L << 30)]
    public long MaxMemoryBytes { get; set; } = 128L << 20;

    /// <summary>Wall time a request in milliseconds. Default 5 minutes.</summary>
    [Range(1, 3_600_000)]
    public long MaxWallMs { get; set; } = 300_000;

    /// <summary>Bytes of a request's body. Default 100 MB (design section 6: Cloudflare).</summary>
    [Range(0, long.MaxValue)]
    public long MaxRequestBodyBytes { get; set; } = 100_000_000;

    /// <summary>Outbound requests a request. Default 50.</summary>
    [Range(0, 10_000)]
    public long MaxOutboundRequests { get; set; } = 50;

    /// <summary>Bytes of log a request. Default 256 KiB.</summary>
    [Range(0, 16 << 20)]
    public long MaxLogBytes { get; set; } = 256 << 10;
}
