namespace Platform.Contracts.Api;

/// <summary>What a page of this origin sends with its writes.</summary>
/// <param name="HeaderName">The header's name.</param>
/// <param name="Token">The header's value; bound to the session's user and a cookie of this answer.</param>
public sealed record AntiforgeryResource(string HeaderName, string Token);
