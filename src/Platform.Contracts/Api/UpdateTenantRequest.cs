namespace Platform.Contracts.Api;

/// <summary>What of a tenant can be changed, as a JSON merge patch (RFC 7396): what isn't named stays, null goes back to the default.</summary>
/// <param name="Quota">What the tenant may use.</param>
public sealed record UpdateTenantRequest(QuotaDocument? Quota = null);
