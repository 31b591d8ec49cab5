namespace Platform.Contracts.Api;

/// <summary>A variable of an app.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Updated">When it was last set.</param>
/// <param name="UpdatedBy">Who set it: <c>operator</c>, or <c>token:</c> and the token's id.</param>
public sealed record VariableResource(string Name, string Value, DateTimeOffset Updated, string UpdatedBy);
