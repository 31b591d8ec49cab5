namespace Platform.Contracts.Api;

/// <summary>Body of <c>POST /v1/tenants</c>.</summary>
/// <param name="Name">The tenant's slug: 3 to 24 of <c>a-z0-9-</c>, no double hyphen, none at either end.</param>
public sealed record CreateTenantRequest(string Name);
