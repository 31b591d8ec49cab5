namespace Platform.Contracts.Api;

/// <summary>A session that was just made or renewed.</summary>
/// <param name="AccessToken">A JWT for <c>Authorization: Bearer</c>; null when the session is in a cookie.</param>
/// <param name="Expires">When the access token, or the cookie's session, stops working, UTC.</param>
/// <param name="RefreshToken">Gives the next access token, once; null when the session is in a cookie.</param>
/// <param name="RefreshExpires">When the session ends for good, UTC.</param>
public sealed record SessionResource(string? AccessToken, DateTimeOffset Expires, string? RefreshToken, DateTimeOffset RefreshExpires);
