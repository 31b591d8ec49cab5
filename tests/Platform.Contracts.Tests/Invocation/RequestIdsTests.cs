using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Invocation;

namespace Platform.Contracts.Tests.Invocation;

/// <summary>Ids of requests.</summary>
public sealed class RequestIdsTests
{
    [Fact]
    public void Next_LaterMilliseconds_SortsAfter()
    {
        var time = new FakeTimeProvider();
        var ids = new RequestIds(time);
        var made = new List<string>();
        for (var i = 0; i < 1000; i++)
        {
            made.Add(ids.Next());
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(made.Order(StringComparer.Ordinal), made);
        Assert.All(made, id => Assert.Matches("^[0-9a-hjkmnp-tv-z]{26}$", id));
    }

    [Fact]
    public void Next_ManyThreadsInOneMillisecond_NoneTwice()
    {
        var ids = new RequestIds(new FakeTimeProvider());
        var made = new string[200_000];
        Parallel.For(0, made.Length, i => made[i] = ids.Next());
        Assert.Equal(made.Length, made.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Next_TwoProcesses_Differ()
    {
        var time = new FakeTimeProvider();
        Assert.NotEqual(new RequestIds(time).Next(), new RequestIds(time).Next());
    }
}
