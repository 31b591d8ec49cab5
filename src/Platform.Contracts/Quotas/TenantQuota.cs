using Platform.Contracts.Versions;

namespace Platform.Contracts.Quotas;

/// <summary>What a tenant may use, as it is in force. Null members have no limit.</summary>
public sealed record TenantQuota
{
    /// <summary>What holds where nobody says otherwise (design section 6).</summary>
    public static TenantQuota Default { get; } = new();

    /// <summary>Requests of clients and messages a second. Default none.</summary>
    public long? RequestsPerSecond { get; init; }

    /// <summary>Requests that may come at once after a pause, where there is a rate. Default: those of one second.</summary>
    public long? Burst { get; init; }

    /// <summary>Requests at once on one worker. Default 100 (design section 6).</summary>
    public int Concurrency { get; init; } = 100;

    /// <summary>Requests at once on all workers together. Default none: then they are as many as workers have.</summary>
    public int? TotalConcurrency { get; init; }

    /// <summary>Apps. Default 100.</summary>
    public long? Apps { get; init; } = 100;

    /// <summary>Bytes of modules and files that the tenant has uploaded. Default 10 GiB.</summary>
    public long? StorageBytes { get; init; } = 10L << 30;

    /// <summary>Fuel a calendar month, UTC. Default none.</summary>
    public long? FuelPerMonth { get; init; }

    /// <summary>The most that one request may have, whatever its manifest says; null members leave it to the installation's ceilings.</summary>
    public LimitsDocument Limits { get; init; } = new();
}
