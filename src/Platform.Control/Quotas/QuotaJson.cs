using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Contracts.Api;
using Platform.Contracts.Quotas;

namespace Platform.Control.Quotas;

/// <summary>What the operator has set for a tenant, as the store keeps it, and what is in force by it.</summary>
internal static class QuotaJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static QuotaDocument Read(string? stored) => stored is null ? new QuotaDocument() : JsonSerializer.Deserialize<QuotaDocument>(stored, Options)!;

    public static string Write(QuotaDocument quota) => JsonSerializer.Serialize(quota, Options);

    /// <summary>The quota in force.</summary>
    public static TenantQuota Effective(TenantQuota defaults, QuotaDocument set) => new()
    {
        RequestsPerSecond = set.RequestsPerSecond ?? defaults.RequestsPerSecond,
        Burst = set.Burst ?? defaults.Burst,
        Concurrency = set.Concurrency ?? defaults.Concurrency,
        TotalConcurrency = set.TotalConcurrency ?? defaults.TotalConcurrency,
        Apps = set.Apps ?? defaults.Apps,
        StorageBytes = set.StorageBytes ?? defaults.StorageBytes,
        FuelPerMonth = set.FuelPerMonth ?? defaults.FuelPerMonth,
        Limits = set.Limits ?? defaults.Limits,
    };
}
