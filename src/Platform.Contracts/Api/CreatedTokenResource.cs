namespace Platform.Contracts.Api;

/// <summary>A token that was just made: the only answer that holds the token itself.</summary>
/// <param name="Id">Names it in <c>DELETE …/tokens/{id}</c>.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="Expires">When it stops working, UTC; null for never.</param>
/// <param name="Token">The secret, for <c>Authorization: Bearer</c>. Not kept by the platform.</param>
public sealed record CreatedTokenResource(
    string Id, string Name, TokenRole Role, DateTimeOffset Created, string? CreatedBy, DateTimeOffset? Expires, string Token);
