namespace Platform.Contracts.Api;

/// <summary>A tenant's or an app's usage.</summary>
/// <param name="From">The first hour.</param>
/// <param name="To">Where the last one ends.</param>
/// <param name="Granularity"><c>hour</c>, <c>day</c> or <c>month</c>.</param>
/// <param name="Rows">In the order of time, app and version; times without usage are left out.</param>
public sealed record UsageResource(DateTimeOffset From, DateTimeOffset To, string Granularity, IReadOnlyList<UsageRow> Rows);
