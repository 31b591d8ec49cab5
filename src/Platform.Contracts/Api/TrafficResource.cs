namespace Platform.Contracts.Api;

/// <summary>Which versions answer on an app's host name; the body of <c>PUT …/traffic</c> and what it and <c>GET</c> answer.</summary>
/// <param name="Splits">At most 10 versions whose percents sum to 100, the largest share first; empty when nothing is live.</param>
/// <param name="Sticky">A client stays with the version it first got, by a cookie, as long as that version has a share. Without meaning, and false in answers, when one version has all.</param>
public sealed record TrafficResource(IReadOnlyList<TrafficSplit> Splits, bool Sticky = false);
