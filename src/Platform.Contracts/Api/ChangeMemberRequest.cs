namespace Platform.Contracts.Api;

/// <summary>Body of <c>PATCH …/members/{id}</c>.</summary>
/// <param name="Role">What the member may do from now on.</param>
public sealed record ChangeMemberRequest(TokenRole Role);
