using Platform.Contracts.Api;
using Platform.Dashboard.Parts;
using Platform.Dashboard.Settings;

namespace Platform.Dashboard.Usage;

/// <summary>A quota as a table shows it.</summary>
/// <param name="Name">What is limited.</param>
/// <param name="Limit">The most.</param>
/// <param name="Used">What is used of it; nothing where it isn't a sum.</param>
/// <param name="Share">The used part, 0 to 1; null where there is none.</param>
internal sealed record QuotaRow(string Name, string Limit, string Used, double? Share)
{
    /// <summary>All of a tenant's.</summary>
    public static IReadOnlyList<QuotaRow> Of(QuotaResource quota) =>
    [
        Row("Requests a second", quota.RequestsPerSecond, Units.Count),
        Row("Burst, requests", quota.Burst, Units.Count),
        Row("Requests at once on a worker", quota.Concurrency, Units.Count),
        Row("Requests at once in all", quota.TotalConcurrency, Units.Count),
        Row("Apps", quota.Apps, Units.Count),
        Row("Storage of modules and files", quota.StorageBytes, Units.Bytes),
        Row("Fuel a month", quota.FuelPerMonth, Units.Count),
        .. LimitField.All.Where(field => field.Read(quota.Limits) is not null).Select(field => Row($"{field.Label}, a request", new QuotaValue(field.Read(quota.Limits)), Units.Count)),
    ];

    private static QuotaRow Row(string name, QuotaValue value, Func<double, string> format) => new(
        name,
        value.Limit is { } limit ? format(limit) : "none",
        value.Current is { } current ? format(current) : "",
        value is { Limit: > 0, Current: not null } ? Math.Min(1, (double)value.Current.Value / value.Limit.Value) : null);
}
