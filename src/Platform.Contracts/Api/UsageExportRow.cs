using Platform.Contracts.Usage;

namespace Platform.Contracts.Api;

/// <summary>A line of an export: an hour of one version by one outcome.</summary>
/// <param name="Time">The beginning of the hour, UTC.</param>
/// <param name="App">The app's slug.</param>
/// <param name="Version">The version.</param>
/// <param name="Outcome">How the requests ended.</param>
/// <param name="Usage">The sums.</param>
public sealed record UsageExportRow(DateTimeOffset Time, string App, int Version, string Outcome, UsageValues Usage);
