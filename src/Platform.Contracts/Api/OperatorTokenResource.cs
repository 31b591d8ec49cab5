namespace Platform.Contracts.Api;

/// <summary>The operator's new token: the only answer that holds it.</summary>
/// <param name="Token">For <c>Authorization: Bearer</c>; the one before it has stopped working.</param>
public sealed record OperatorTokenResource(string Token);
