namespace Platform.Contracts.Api;

/// <summary>A tenant.</summary>
/// <param name="Name">Its slug.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="Quota">What the operator has set for it; null members are the installation's defaults. <c>…/quota</c> shows what is in force.</param>
/// <param name="Deleted">When it was deleted, UTC; null for one that isn't.</param>
/// <param name="RestorableUntil">From when on a deleted one is purged, UTC; null for one that isn't deleted.</param>
public sealed record TenantResource(string Name, DateTimeOffset Created, QuotaDocument Quota, DateTimeOffset? Deleted = null, DateTimeOffset? RestorableUntil = null);
