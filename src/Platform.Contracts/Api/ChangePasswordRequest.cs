namespace Platform.Contracts.Api;

/// <summary>Body of <c>PUT /v1/me/password</c>.</summary>
/// <param name="Current">The password until now.</param>
/// <param name="Password">The new one, 10 to 256 characters.</param>
public sealed record ChangePasswordRequest(string Current, string Password);
