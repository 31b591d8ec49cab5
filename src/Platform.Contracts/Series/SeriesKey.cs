namespace Platform.Contracts.Series;

/// <summary>What a series is counted by.</summary>
/// <param name="AppId">The store's number of the app.</param>
/// <param name="Version">The version.</param>
/// <param name="Minute">The beginning of the minute in which requests ended, milliseconds since the Unix epoch, UTC.</param>
public readonly record struct SeriesKey(long AppId, int Version, long Minute);
