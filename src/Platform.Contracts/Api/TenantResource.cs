namespace Platform.Contracts.Api;

/// <summary>A tenant.</summary>
/// <param name="Name">Its slug.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="Quota">What the operator has set for it; null members are the installation's defaults. <c>…/quota</c> shows what is in force.</param>
public sealed record TenantResource(string Name, DateTimeOffset Created, QuotaDocument Quota);
