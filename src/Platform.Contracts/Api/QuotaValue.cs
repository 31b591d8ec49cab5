namespace Platform.Contracts.Api;

/// <summary>A quota and how much of it is used.</summary>
/// <param name="Limit">What is in force; null for none.</param>
/// <param name="Current">What is used now; null where it isn't a sum.</param>
public sealed record QuotaValue(long? Limit, long? Current = null);
