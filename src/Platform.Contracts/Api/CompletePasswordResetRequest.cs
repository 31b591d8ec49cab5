namespace Platform.Contracts.Api;

/// <summary>Body of <c>POST /v1/password-resets/complete</c>.</summary>
/// <param name="Token">Of the link.</param>
/// <param name="Password">The new password, 10 to 256 characters.</param>
public sealed record CompletePasswordResetRequest(string Token, string Password);
