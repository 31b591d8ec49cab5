using Platform.Contracts.Quotas;

namespace Platform.Contracts.Snapshots;

/// <summary>What gateways and workers know of one tenant.</summary>
/// <param name="Id">The store's number of it, never used again for another.</param>
/// <param name="Quota">What it may use, defaults filled in; the same object until the quota changes.</param>
/// <param name="Revision">The tenant's own revision.</param>
public sealed record TenantSnapshot(long Id, TenantQuota Quota, long Revision);
