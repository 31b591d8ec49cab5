using Platform.Contracts.Api;

namespace Platform.Dashboard.Installation;

/// <summary>A quota of a tenant, as a form has it.</summary>
/// <param name="Label">What is limited.</param>
/// <param name="Read">Its value; null where the installation's default holds.</param>
/// <param name="InForce">What holds.</param>
/// <param name="Write">The quota with another value.</param>
internal sealed record QuotaField(string Label, Func<QuotaDocument, long?> Read, Func<QuotaResource, QuotaValue> InForce, Func<QuotaDocument, long?, QuotaDocument> Write)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<QuotaField> All { get; } =
    [
        new("Requests a second", static quota => quota.RequestsPerSecond, static quota => quota.RequestsPerSecond, static (quota, value) => quota with { RequestsPerSecond = value }),
        new("Burst, requests", static quota => quota.Burst, static quota => quota.Burst, static (quota, value) => quota with { Burst = value }),
        new("Requests at once on a worker", static quota => quota.Concurrency, static quota => quota.Concurrency, static (quota, value) => quota with { Concurrency = ToInt(value) }),
        new("Requests at once in all", static quota => quota.TotalConcurrency, static quota => quota.TotalConcurrency, static (quota, value) => quota with { TotalConcurrency = ToInt(value) }),
        new("Apps", static quota => quota.Apps, static quota => quota.Apps, static (quota, value) => quota with { Apps = value }),
        new("Storage, bytes", static quota => quota.StorageBytes, static quota => quota.StorageBytes, static (quota, value) => quota with { StorageBytes = value }),
        new("Fuel a month", static quota => quota.FuelPerMonth, static quota => quota.FuelPerMonth, static (quota, value) => quota with { FuelPerMonth = value }),
    ];

    private static int? ToInt(long? value) => value is { } number ? (int)Math.Min(number, int.MaxValue) : null;
}
