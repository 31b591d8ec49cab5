namespace Platform.Contracts.Api;

/// <summary>What a tenant's owners decide for it; the body of <c>PUT …/settings</c> and what it and <c>GET</c> answer.</summary>
/// <param name="RequireApproval">A developer's version that may do more than the live one goes live only once an owner approves it.</param>
public sealed record TenantSettingsResource(bool RequireApproval);
