using Platform.Contracts.Versions;

namespace Platform.Contracts.Api;

/// <summary>A tenant's quotas as they are in force, with what is used of each.</summary>
/// <param name="RequestsPerSecond">Requests of clients and messages a second.</param>
/// <param name="Burst">Requests at once after a pause, where there is a rate.</param>
/// <param name="Concurrency">Requests at once on one worker.</param>
/// <param name="TotalConcurrency">Requests at once on all workers together.</param>
/// <param name="Apps">Apps.</param>
/// <param name="StorageBytes">Bytes of modules and files.</param>
/// <param name="FuelPerMonth">Fuel of this calendar month; the current value is what workers have reported, up to a flush interval old.</param>
/// <param name="FuelResets">When the next month begins, UTC.</param>
/// <param name="Limits">The most that a manifest may ask for one request.</param>
public sealed record QuotaResource(
    QuotaValue RequestsPerSecond,
    QuotaValue Burst,
    QuotaValue Concurrency,
    QuotaValue TotalConcurrency,
    QuotaValue Apps,
    QuotaValue StorageBytes,
    QuotaValue FuelPerMonth,
    DateTimeOffset FuelResets,
    LimitsDocument Limits);
