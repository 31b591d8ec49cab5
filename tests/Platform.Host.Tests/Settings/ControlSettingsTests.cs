using Microsoft.Extensions.Configuration;
using Platform.Host.Settings;
using Platform.Host.Startup;

namespace Platform.Host.Tests.Settings;

public sealed class ControlSettingsTests
{
    [Theory]
    [InlineData(48, 3)]
    [InlineData(25, 4)]
    [InlineData(24, 2)]
    [InlineData(3, 2)]
    [InlineData(8760, 366)]
    public void Series_HoursKeptADayLongerThanMinutes_AreTaken(int minutesHours, int hoursDays) => Assert.Equal(hoursDays, Read(minutesHours, hoursDays).SeriesHoursDays);

    [Theory]
    [InlineData(48, 2, 3)]
    [InlineData(25, 2, 3)]
    [InlineData(49, 3, 4)]
    [InlineData(8760, 2, 366)]
    [InlineData(8760, 365, 366)]
    public void Series_HoursThatGoBeforeMinutes_AreRefusedWithTheLeast(int minutesHours, int hoursDays, int least)
    {
        var refused = Assert.Throws<StartupException>(() => Read(minutesHours, hoursDays));
        Assert.Contains("Platform:Control:SeriesHoursDays", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"give {least} or more", refused.Message, StringComparison.Ordinal);
        Assert.Equal(least, Read(minutesHours, least).SeriesHoursDays);
    }

    private static ControlSettings Read(int minutesHours, int hoursDays) => PlatformSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
    [
        new("Platform:Control:SeriesMinutesHours", $"{minutesHours}"), new("Platform:Control:SeriesHoursDays", $"{hoursDays}"),
    ]).Build()).Control;
}
