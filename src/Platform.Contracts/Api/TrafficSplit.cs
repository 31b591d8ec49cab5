namespace Platform.Contracts.Api;

/// <summary>A version's share of an app's requests.</summary>
/// <param name="Version">The version's number.</param>
/// <param name="Percent">Whole percents, 1 to 100.</param>
public sealed record TrafficSplit(int Version, int Percent);
