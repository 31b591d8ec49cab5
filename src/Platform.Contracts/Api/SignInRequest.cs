namespace Platform.Contracts.Api;

/// <summary>Body of <c>POST /v1/sessions</c>: address and password, or an API token (the operator's too).</summary>
/// <param name="Email">The user's address.</param>
/// <param name="Password">The user's password.</param>
/// <param name="Token">An API token, instead of the two.</param>
/// <param name="Cookie">Whether the session is kept in a cookie, for a browser's pages on this origin, instead of tokens in the answer.</param>
public sealed record SignInRequest(string? Email = null, string? Password = null, string? Token = null, bool Cookie = false);
