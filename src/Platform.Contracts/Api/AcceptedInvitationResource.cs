namespace Platform.Contracts.Api;

/// <summary>What accepting an invitation gave.</summary>
/// <param name="Tenant">The tenant's slug.</param>
/// <param name="Role">What the user may do there.</param>
/// <param name="Email">The address that the user signs in with.</param>
public sealed record AcceptedInvitationResource(string Tenant, TokenRole Role, string Email);
