namespace Platform.Contracts.Api;

/// <summary>Body of <c>POST /v1/tenants/{t}/tokens</c>.</summary>
/// <param name="Name">What it is for, 1 to 64 characters; need not be unique.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Expires">When it stops working, in the future; null for never.</param>
public sealed record CreateTokenRequest(string Name, TokenRole Role, DateTimeOffset? Expires = null);
