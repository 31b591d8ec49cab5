using Platform.Contracts.Versions;

namespace Platform.Contracts.Api;

/// <summary>What the operator has set for a tenant; null members are the installation's defaults (<c>Platform:Quotas</c>).</summary>
/// <param name="RequestsPerSecond">Requests of clients and messages a second; more are 429.</param>
/// <param name="Burst">Requests at once after a pause, where there is a rate.</param>
/// <param name="Concurrency">Requests at once on one worker; more are 429.</param>
/// <param name="TotalConcurrency">Requests at once on all workers together; more are 429.</param>
/// <param name="Apps">Apps; one more is 403.</param>
/// <param name="StorageBytes">Bytes of modules and files that the tenant has uploaded; more are 403.</param>
/// <param name="FuelPerMonth">Fuel a calendar month (UTC); beyond it the tenant's apps answer 403.</param>
/// <param name="Limits">The most that a manifest may ask for one request; more is 422 at deploy.</param>
public sealed record QuotaDocument(
    long? RequestsPerSecond = null,
    long? Burst = null,
    int? Concurrency = null,
    int? TotalConcurrency = null,
    long? Apps = null,
    long? StorageBytes = null,
    long? FuelPerMonth = null,
    LimitsDocument? Limits = null);
