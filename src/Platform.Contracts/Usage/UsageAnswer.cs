namespace Platform.Contracts.Usage;

/// <summary>What a worker learns when it reports.</summary>
/// <param name="Month">The month's beginning in milliseconds since the Unix epoch, UTC.</param>
/// <param name="FuelUsed">Fuel that all workers have reported of the month, for each tenant that has a quota of it, by the tenant's number.</param>
public sealed record UsageAnswer(long Month, IReadOnlyDictionary<long, long> FuelUsed);
