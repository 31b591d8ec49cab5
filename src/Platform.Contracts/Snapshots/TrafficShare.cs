namespace Platform.Contracts.Snapshots;

/// <summary>A version's share of an app's requests, in whole percents.</summary>
public readonly record struct TrafficShare(int Version, int Percent);
