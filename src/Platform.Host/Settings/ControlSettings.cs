using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Platform.Host.Startup;

namespace Platform.Host.Settings;

/// <summary>What the control plane keeps, and how long (<c>Platform:Control</c>).</summary>
internal sealed class ControlSettings
{
    /// <summary>Ready versions of an app that are kept besides what is live or in a split, and as many failed ones. Default 20.</summary>
    [Range(1, 10_000)]
    public int KeepVersions { get; set; } = 20;

    /// <summary>Days that versions are kept which aren't live or in a split; null for however long. Default null.</summary>
    [Range(1, 36_500)]
    public int? KeepVersionsDays { get; set; }

    /// <summary>Days that a deleted app or tenant can be restored; 0 purges it at the next hourly turn. Default 7.</summary>
    [Range(0, 3_650)]
    public int DeletedGraceDays { get; set; } = 7;

    /// <summary>Hours that an uploaded blob is kept though no version needs it. Default 24.</summary>
    [Range(1, 8_760)]
    public int BlobGraceHours { get; set; } = 24;

    /// <summary>Hours that the minutes of <c>…/metrics</c> are kept. Default 48. A worker that can't report for longer is missing in them.</summary>
    [Range(3, 8_760)]
    public int SeriesMinutesHours { get; set; } = 48;

    /// <summary>Days that the hours of <c>…/metrics</c> are kept: a day longer than minutes at least. Default 30.</summary>
    [Range(2, 3_650)]
    public int SeriesHoursDays { get; set; } = 30;

    /// <summary>Days that the days of <c>…/metrics</c> are kept. Default 365.</summary>
    [Range(2, 36_500)]
    public int SeriesDaysDays { get; set; } = 365;

    /// <summary>Requests to the API a minute that each caller has: a token, a user, the operator. Default 6,000.</summary>
    [Range(1, 10_000_000)]
    public int RequestsPerMinute { get; set; } = 6_000;

    /// <summary>Requests to the API a minute that a client address has without a credential. Default 600.</summary>
    [Range(1, 10_000_000)]
    public int AnonymousRequestsPerMinute { get; set; } = 600;

    /// <summary>Checks what is right or wrong together.</summary>
    /// <exception cref="StartupException">Hours would go while minutes of their day may still come.</exception>
    public void Check()
    {
        // A late minute has its hour summed up again of minutes, and its day of hours: all of them have to be there.
        if ((SeriesHoursDays - 1) * 24 < SeriesMinutesHours)
        {
            var least = (SeriesMinutesHours + 23) / 24 + 1;
            throw new StartupException(string.Create(
                CultureInfo.InvariantCulture,
                $"Platform:Control:{nameof(SeriesHoursDays)} is {SeriesHoursDays} with {nameof(SeriesMinutesHours)} {SeriesMinutesHours}: hours have to be kept a day longer than minutes, of which days are summed up anew; give {least} or more, or fewer {nameof(SeriesMinutesHours)}"));
        }
    }
}
