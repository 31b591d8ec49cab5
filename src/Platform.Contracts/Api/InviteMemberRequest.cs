namespace Platform.Contracts.Api;

/// <summary>Body of <c>POST …/members</c>.</summary>
/// <param name="Email">The address of who is invited; a new user signs in with it.</param>
/// <param name="Role">What the member will be able to do.</param>
public sealed record InviteMemberRequest(string Email, TokenRole Role);
