namespace Platform.Contracts.Api;

/// <summary>Who the caller is.</summary>
/// <param name="Id"><c>operator</c>, or <c>token:</c> or <c>user:</c> and the id.</param>
/// <param name="Name">The token's or user's name; null for the operator.</param>
/// <param name="Email">The user's address; null for others.</param>
/// <param name="IsOperator">Whether the caller is the installation's operator.</param>
/// <param name="Tenants">The tenants that the caller belongs to; empty for the operator, who has access to all.</param>
public sealed record MeResource(string Id, string? Name, string? Email, bool IsOperator, IReadOnlyList<MembershipResource> Tenants);
