using System.ComponentModel.DataAnnotations;
using Platform.Contracts.Quotas;

namespace Platform.Host.Settings;

/// <summary>What a tenant may use unless the operator sets something else for it (<c>Platform:Quotas</c>).</summary>
internal sealed class QuotaSettings
{
    /// <summary>Requests of clients and messages a second. Default none.</summary>
    [Range(1, 1_000_000)]
    public long? RequestsPerSecond { get; set; }

    /// <summary>Requests at once after a pause, where there is a rate. Default: those of one second.</summary>
    [Range(1, 1_000_000)]
    public long? Burst { get; set; }

    /// <summary>Requests at once on one worker. Default 100 (design section 6).</summary>
    [Range(1, 100_000)]
    public int Concurrency { get; set; } = 100;

    /// <summary>Requests at once on all workers together. Default none.</summary>
    [Range(1, 100_000_000)]
    public int? TotalConcurrency { get; set; }

    /// <summary>Apps. Default 100.</summary>
    [Range(0, long.MaxValue)]
    public long Apps { get; set; } = 100;

    /// <summary>Bytes of modules and files that a tenant has uploaded. Default 10 GiB.</summary>
    [Range(0, long.MaxValue)]
    public long StorageBytes { get; set; } = 10L << 30;

    /// <summary>Fuel a calendar month, UTC. Default none.</summary>
    [Range(0, long.MaxValue)]
    public long? FuelPerMonth { get; set; }

    /// <summary>The quota.</summary>
    public TenantQuota ToQuota() => new()
    {
        RequestsPerSecond = RequestsPerSecond,
        Burst = Burst,
        Concurrency = Concurrency,
        TotalConcurrency = TotalConcurrency,
        Apps = Apps,
        StorageBytes = StorageBytes,
        FuelPerMonth = FuelPerMonth,
    };
}
