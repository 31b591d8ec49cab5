namespace Platform.Contracts.Api;

/// <summary>Body of <c>POST /v1/invitations/accept</c>. Who is signed in, or comes with a token of the configured OpenID Connect authority, accepts as that; a new user chooses a password.</summary>
/// <param name="Token">The invitation's.</param>
/// <param name="Name">What a new user is called; null takes the address.</param>
/// <param name="Password">A new user's, 10 to 256 characters; null for who is signed in.</param>
public sealed record AcceptInvitationRequest(string Token, string? Name = null, string? Password = null);
