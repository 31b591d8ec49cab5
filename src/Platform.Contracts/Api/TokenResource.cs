namespace Platform.Contracts.Api;

/// <summary>An API token, without its secret.</summary>
/// <param name="Id">Names it in <c>DELETE …/tokens/{id}</c>.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Prefix">What the token begins with.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="CreatedBy">Who made it; null when that isn't known.</param>
/// <param name="Expires">When it stops working, UTC; null for never.</param>
/// <param name="LastUsed">When it was last used, UTC, to the minute; null for never.</param>
public sealed record TokenResource(
    string Id, string Name, TokenRole Role, string Prefix, DateTimeOffset Created, string? CreatedBy, DateTimeOffset? Expires, DateTimeOffset? LastUsed);
