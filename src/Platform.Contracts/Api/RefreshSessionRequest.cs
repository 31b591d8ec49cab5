namespace Platform.Contracts.Api;

/// <summary>Body of <c>POST /v1/sessions/refresh</c>.</summary>
/// <param name="RefreshToken">As the last answer gave it. One that was used before ends the session: somebody has a copy.</param>
public sealed record RefreshSessionRequest(string RefreshToken);
