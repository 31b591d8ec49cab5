namespace Platform.Contracts.Api;

/// <summary>A link that works once: the only answer that holds its secret.</summary>
/// <param name="Token">For <c>POST /v1/password-resets/complete</c>.</param>
/// <param name="Link">Where the user goes with a browser; holds the token, after the <c>#</c> that no server sees.</param>
/// <param name="Expires">When it stops working, UTC.</param>
public sealed record OneTimeLinkResource(string Token, string Link, DateTimeOffset Expires);
