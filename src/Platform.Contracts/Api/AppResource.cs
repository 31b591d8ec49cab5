namespace Platform.Contracts.Api;

/// <summary>An app.</summary>
/// <param name="Name">Its slug.</param>
/// <param name="Url">Where it answers.</param>
/// <param name="Version">The live version; null when none is.</param>
/// <param name="Created">When it was made, UTC.</param>
public sealed record AppResource(string Name, string Url, int? Version, DateTimeOffset Created);
