namespace Platform.Contracts.Usage;

/// <summary>The calendar of usage: hours and months in UTC, as milliseconds since the Unix epoch.</summary>
public static class UsageTime
{
    /// <summary>Milliseconds of a minute.</summary>
    public const long Minute = 60_000;

    /// <summary>Milliseconds of an hour.</summary>
    public const long Hour = 3_600_000;

    /// <summary>Milliseconds of a day.</summary>
    public const long Day = 24 * Hour;

    /// <summary>The beginning of the hour.</summary>
    public static long HourOf(DateTimeOffset time)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        return milliseconds - (milliseconds % Hour);
    }

    /// <summary>The beginning of the month.</summary>
    public static long MonthOf(DateTimeOffset time) => new DateTimeOffset(time.UtcDateTime.Year, time.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>The beginning of the month that an instant is in.</summary>
    public static long MonthOf(long milliseconds) => MonthOf(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
