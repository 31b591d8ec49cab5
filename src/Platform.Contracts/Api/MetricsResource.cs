namespace Platform.Contracts.Api;

/// <summary>An app's requests over time.</summary>
/// <param name="Resolution"><c>minute</c>, <c>hour</c> or <c>day</c>.</param>
/// <param name="From">The beginning of the first one asked for.</param>
/// <param name="To">The end of the last.</param>
/// <param name="Points">In the order of time; those without requests are left out.</param>
public sealed record MetricsResource(string Resolution, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<MetricsPoint> Points);
