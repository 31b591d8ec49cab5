namespace Platform.Contracts.Api;

/// <summary>A tenant.</summary>
/// <param name="Name">Its slug.</param>
/// <param name="Created">When it was made, UTC.</param>
public sealed record TenantResource(string Name, DateTimeOffset Created);
