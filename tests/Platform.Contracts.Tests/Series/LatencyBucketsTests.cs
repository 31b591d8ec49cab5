using Platform.Contracts.Series;

namespace Platform.Contracts.Tests.Series;

public class LatencyBucketsTests
{
    [Fact]
    public void Bounds_AreLogSpacedAndKnown()
    {
        Assert.Equal([25.0, 35.4, 50.0, 70.7], Enumerable.Range(0, 4).Select(static index => LatencyBuckets.UpperBound(index).TotalMicroseconds));
        Assert.Equal(37.073, LatencyBuckets.UpperBound(LatencyBuckets.Count - 2).TotalSeconds, 0.001);
        Assert.Equal(LatencyBuckets.UpperBound(LatencyBuckets.Count - 2), LatencyBuckets.UpperBound(LatencyBuckets.Count - 1));
        for (var index = 0; index < LatencyBuckets.Count - 1; index++)
        {
            var bound = LatencyBuckets.UpperBound(index);
            Assert.Equal((index, index + 1), (LatencyBuckets.IndexOf(bound), LatencyBuckets.IndexOf(bound + new TimeSpan(1))));
        }

        Assert.Equal((0, LatencyBuckets.Count - 1), (LatencyBuckets.IndexOf(TimeSpan.Zero), LatencyBuckets.IndexOf(TimeSpan.FromHours(1))));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Percentile_OfManySamples_IsWithinABucketOfTheTrueOne(int seed)
    {
        var random = new Random(seed);
        var samples = Enumerable.Range(0, 20_000).Select(_ => TimeSpan.FromMicroseconds(Math.Exp(random.NextDouble() * 12) + 30)).Order().ToArray();
        var counts = new long[LatencyBuckets.Count];
        foreach (var sample in samples)
        {
            counts[LatencyBuckets.IndexOf(sample)]++;
        }

        foreach (var fraction in new[] { 0.01, 0.5, 0.9, 0.95, 0.99, 0.999 })
        {
            var actual = samples[(int)(fraction * samples.Length)];
            var ratio = LatencyBuckets.Percentile(counts, fraction)!.Value / actual;
            Assert.InRange(ratio, 1 / Math.Sqrt(2), Math.Sqrt(2));

            // Where a bucket's samples are spread over it.
            Assert.True(fraction < 0.5 || ratio is > 0.95 and < 1.05, $"{fraction}: {ratio}");
        }
    }

    [Fact]
    public void Percentile_OfFew_IsInterpolatedWithinTheBucket()
    {
        var counts = new long[LatencyBuckets.Count];
        Assert.Null(LatencyBuckets.Percentile(counts, 0.5));
        counts[2] = 4;
        Assert.Equal(35.4 + ((50 - 35.4) / 2), LatencyBuckets.Percentile(counts, 0.5)!.Value.TotalMicroseconds, 0.1);
        Assert.Equal(50, LatencyBuckets.Percentile(counts, 1)!.Value.TotalMicroseconds, 0.1);
        counts[LatencyBuckets.Count - 1] = 96;
        Assert.Equal(LatencyBuckets.UpperBound(LatencyBuckets.Count - 1), LatencyBuckets.Percentile(counts, 0.99));
    }
}
