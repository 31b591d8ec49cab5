namespace Platform.Contracts.Api;

/// <summary>A member of a tenant.</summary>
/// <param name="Id">Names the user in <c>…/members/{id}</c>.</param>
/// <param name="Email">The address that the user signs in with.</param>
/// <param name="Name">What the user is called.</param>
/// <param name="Role">What the member may do.</param>
/// <param name="Since">When the user became a member, UTC.</param>
public sealed record MemberResource(string Id, string Email, string Name, TokenRole Role, DateTimeOffset Since);
