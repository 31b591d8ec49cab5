namespace Platform.Contracts.Api;

/// <summary>Body of <c>POST …/rollback</c>.</summary>
/// <param name="Version">The version to make live; null takes the newest ready one before the live one.</param>
public sealed record RollbackRequest(int? Version = null);
