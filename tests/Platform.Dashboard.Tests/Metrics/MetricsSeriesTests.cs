using Platform.Contracts.Api;
using Platform.Dashboard.Metrics;

namespace Platform.Dashboard.Tests.Metrics;

public class MetricsSeriesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Refused_AreNotAmongTheAnswered_NorInTheErrorsShare_AndCountOnce()
    {
        var series = Of(Noon.AddHours(1), new MetricsPoint(Noon, 100, 10, 60, 4, 1, 2, 3, 7, 8));
        Assert.Equal(100, series.Requests);
        Assert.Equal([40.0 / 3600], series.Rate[0].Values);
        Assert.Equal([60.0 / 3600], series.Rate[1].Values);
        Assert.Equal([25.0], series.ErrorRate[0].Values);
        Assert.Equal([4.0], series.ColdStarts[0].Values);
    }

    [Fact]
    public void Bucket_WhoseRequestsWereAllRefused_HasNoFuelNorMemoryNorErrors()
    {
        var series = Of(Noon.AddHours(1), new MetricsPoint(Noon, 60, 0, 60, 0, null, null, null, 0, 0));
        Assert.Equal(60, series.Requests);
        Assert.Equal([0.0], series.Rate[0].Values);
        Assert.Equal([60.0 / 3600], series.Rate[1].Values);
        Assert.Equal([null], series.ErrorRate[0].Values);
        Assert.Equal([null], series.Fuel[0].Values);
        Assert.Equal([null], series.Memory[0].Values);
    }

    [Fact]
    public void Bucket_WhereOneRan_HasItsFuelAndMemory()
    {
        var series = Of(Noon.AddHours(1), new MetricsPoint(Noon, 2, 0, 1, 0, 1, 1, 1, 7, 8));
        Assert.Equal([7.0], series.Fuel[0].Values);
        Assert.Equal([8.0], series.Memory[0].Values);
    }

    [Theory]
    [InlineData(3 * 60, 180)]
    [InlineData(1, 5)]
    [InlineData(7200, 3600)]
    public void Rate_OfTheBucketThatIsNotOver_IsOfItsTimeSoFar(int secondsPast, int length)
    {
        var series = Of(Noon.AddSeconds(secondsPast), new MetricsPoint(Noon, 360, 0, 0, 0, 1, 1, 1, 1, 1));
        Assert.Equal([360.0 / length], series.Rate[0].Values);
    }

    [Fact]
    public void Rate_OfBucketsThatAreOver_IsOfTheirWholeLength_AndNothingIsZero()
    {
        DateTimeOffset[] times = [Noon, Noon.AddHours(1), Noon.AddHours(2)];
        var points = new[] { new MetricsPoint(Noon, 3600, 0, 0, 0, 1, 1, 1, 1, 1), new MetricsPoint(Noon.AddHours(2), 600, 0, 0, 0, 1, 1, 1, 1, 1) };
        var series = MetricsSeries.Of(new MetricsResource("hour", times[0], times[^1], points), times, TimeSpan.FromHours(1), Noon.AddHours(2).AddMinutes(10));
        Assert.Equal([1.0, 0.0, 1.0], series.Rate[0].Values);
        Assert.Equal([0.0, null, 0.0], series.ErrorRate[0].Values);
    }

    private static MetricsSeries Of(DateTimeOffset now, MetricsPoint point) =>
        MetricsSeries.Of(new MetricsResource("hour", Noon, Noon.AddHours(1), [point]), [Noon], TimeSpan.FromHours(1), now);
}
