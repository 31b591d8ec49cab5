using Platform.Contracts.Usage;

namespace Platform.Contracts.Api;

/// <summary>Usage of a time, and of what it was asked by.</summary>
/// <param name="Time">The beginning of the hour, day or month, UTC.</param>
/// <param name="App">The app's slug, of apps that are gone too; null when not grouped by it.</param>
/// <param name="Version">The version; null when not grouped by it.</param>
/// <param name="Outcomes">Requests by outcome; those with none are left out.</param>
/// <param name="Usage">The sums.</param>
public sealed record UsageRow(DateTimeOffset Time, string? App, int? Version, IReadOnlyDictionary<string, long> Outcomes, UsageValues Usage);
