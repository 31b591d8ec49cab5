namespace Platform.Contracts.Api;

/// <summary>An API token, without its secret.</summary>
/// <param name="Id">Names it in <c>DELETE …/tokens/{id}</c>.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Created">When it was made, UTC.</param>
/// <param name="Expires">When it stops working, UTC; null for never.</param>
public sealed record TokenResource(string Id, string Name, TokenRole Role, DateTimeOffset Created, DateTimeOffset? Expires);
