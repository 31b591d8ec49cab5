using Microsoft.Extensions.Time.Testing;
using Platform.Worker.Usage;

namespace Platform.Worker.Tests.Usage;

public sealed class RateBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Bucket_Full_GivesItsBurstAndThenTheRate()
    {
        var bucket = new RateBucket();
        Assert.Equal(5, Taken(bucket, 10, 5));
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(0, Taken(bucket, 10, 5));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Taken(bucket, 10, 5));
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(3, Taken(bucket, 10, 5));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(5, Taken(bucket, 10, 5));
    }

    [Fact]
    public void Bucket_Empty_SaysHowLongToWaitAndThenGives()
    {
        var bucket = new RateBucket();
        for (var round = 0; round < 50; round++)
        {
            while (bucket.TryTake(_time, 3, 2, out _))
            {
            }

            Assert.False(bucket.TryTake(_time, 3, 2, out var wait));
            Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(334));
            _time.Advance(wait - TimeSpan.FromTicks(1));
            Assert.False(bucket.TryTake(_time, 3, 2, out _));
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.True(bucket.TryTake(_time, 3, 2, out _));
        }
    }

    [Fact]
    public void Bucket_RateChanged_TakesEffectAtOnce()
    {
        var bucket = new RateBucket();
        Assert.Equal(1, Taken(bucket, 1, 1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Taken(bucket, 100, 10));
        _time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(5, Taken(bucket, 100, 10));
    }

    [Fact]
    public async Task Bucket_FromManyThreads_GivesNoMoreThanThereIs()
    {
        var bucket = new RateBucket();
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Taken(bucket, 1, 100_000))));
        Assert.Equal(100_000, taken.Sum());
    }

    private int Taken(RateBucket bucket, long rate, long burst)
    {
        var taken = 0;
        while (bucket.TryTake(_time, rate, burst, out _))
        {
            taken++;
        }

        return taken;
    }
}
