using Platform.Contracts.Snapshots;
using Platform.Gateway.Splitting;

namespace Platform.Gateway.Tests.Splitting;

public class VersionChooserTests
{
    public static TheoryData<int[]> Splits => [new[] { 90, 10 }, new[] { 50, 50 }, new[] { 99, 1 }, new[] { 40, 30, 20, 10 }, Enumerable.Repeat(10, 10).ToArray()];

    [Theory, MemberData(nameof(Splits))]
    public void Choose_ManyTimes_FollowsTheWeights(int[] percents)
    {
        const int Draws = 100_000;
        var chooser = new VersionChooser(new Random(20261126));
        var traffic = new TrafficSnapshot([.. percents.Select((percent, i) => new TrafficShare(i + 1, percent))], null);

        var counts = new int[percents.Length];
        for (var i = 0; i < Draws; i++)
        {
            counts[chooser.Choose(traffic) - 1]++;
        }

        // Pearson's chi-square; 27.88 is its 0.1 % point for 9 degrees of freedom, the most there are here.
        var chiSquare = counts.Zip(percents, (count, percent) => Math.Pow(count - (Draws * percent / 100.0), 2) / (Draws * percent / 100.0)).Sum();
        Assert.InRange(chiSquare, 0, 27.88);
    }

    [Fact]
    public void Choose_Unsticky_AllocatesNothing()
    {
        var chooser = new VersionChooser(new Random(1));
        var traffic = new TrafficSnapshot([new TrafficShare(2, 90), new TrafficShare(1, 10)], null);
        chooser.Choose(traffic);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            chooser.Choose(traffic);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
