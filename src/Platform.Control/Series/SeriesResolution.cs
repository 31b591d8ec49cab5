using Platform.Contracts.Usage;

namespace Platform.Control.Series;

/// <summary>How fine a series is: by what times, in which table, and how much is asked when nothing is said.</summary>
/// <param name="Name">As the API has it.</param>
/// <param name="Step">Milliseconds of one of its times.</param>
/// <param name="Table">Where they are kept.</param>
/// <param name="Shown">What is shown when nobody says from when.</param>
internal sealed record SeriesResolution(string Name, long Step, string Table, TimeSpan Shown)
{
    public static readonly SeriesResolution Minute = new("minute", UsageTime.Minute, "app_minutes", TimeSpan.FromHours(1));
    public static readonly SeriesResolution Hour = new("hour", UsageTime.Hour, "app_hours", TimeSpan.FromDays(1));
    public static readonly SeriesResolution Day = new("day", UsageTime.Day, "app_days", TimeSpan.FromDays(30));

    /// <summary>The one of a name; null when there's none.</summary>
    public static SeriesResolution? Parse(string? name) => name switch
    {
        null or "minute" => Minute,
        "hour" => Hour,
        "day" => Day,
        _ => null,
    };

    /// <summary>The beginning of the time that an instant is in.</summary>
    public long Floor(long milliseconds) => milliseconds - (milliseconds % Step);
}
