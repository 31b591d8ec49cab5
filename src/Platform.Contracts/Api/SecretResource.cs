namespace Platform.Contracts.Api;

/// <summary>A secret of an app. Its value is never given out.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Updated">When it was last set.</param>
/// <param name="UpdatedBy">Who set it: <c>operator</c>, or <c>token:</c> and the token's id.</param>
public sealed record SecretResource(string Name, DateTimeOffset Updated, string UpdatedBy);
