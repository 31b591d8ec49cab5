namespace Platform.Contracts.Api;

/// <summary>A tenant that somebody belongs to.</summary>
/// <param name="Tenant">The tenant's slug.</param>
/// <param name="Role">What may be done there.</param>
public sealed record MembershipResource(string Tenant, TokenRole Role);
