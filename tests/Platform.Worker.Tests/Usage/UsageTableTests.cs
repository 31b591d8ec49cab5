using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Invocation;
using Platform.Contracts.Usage;
using Platform.Worker.Usage;

namespace Platform.Worker.Tests.Usage;

public sealed class UsageTableTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 10, 59, 59, TimeSpan.Zero));

    [Fact]
    public async Task Adds_FromManyThreadsWhileTaken_AreAllTakenOnce()
    {
        var table = new UsageTable(_time);
        using var stop = new CancellationTokenSource();
        var taken = new List<UsageDelta>();
        var taking = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                taken.AddRange(table.Take(1000));
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                table.Add(1, 2 + (thread % 2), "web", 3, UsageOutcome.Status2xx, new UsageSample { Fuel = 10, WallTicks = 100, IsCold = i == 0 });
            }
        })));
        await stop.CancelAsync();
        await taking;
        taken.AddRange(table.Take(1000));

        Assert.Equal(400_000, taken.Sum(static delta => delta.Values.Requests));
        Assert.Equal(4_000_000, taken.Sum(static delta => delta.Values.Fuel));
        Assert.Equal(4_000_000, taken.Sum(static delta => delta.Values.WallMicroseconds));
        Assert.Equal(8, taken.Sum(static delta => delta.Values.ColdStarts));
        Assert.Equal([2L, 3], taken.Select(static delta => delta.Key.AppId).Distinct().Order());
        Assert.Empty(table.Take(1000));
    }

    [Fact]
    public void Hours_AreKeptApartAndForgottenOnceTheyAreOver()
    {
        var table = new UsageTable(_time, maxCells: 2);
        Add(table);
        _time.Advance(TimeSpan.FromSeconds(1));
        Add(table);
        Assert.Equal([10, 11], table.Take(10).Select(static delta => DateTimeOffset.FromUnixTimeMilliseconds(delta.Key.Hour).Hour).Order());
        _time.Advance(TimeSpan.FromHours(1));
        Add(table);
        Assert.Equal(1, table.Lost);

        // Both lie an hour back by then, and make room.
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(table.Take(10));
        Add(table);
        Assert.Equal(1, Assert.Single(table.Take(10)).Values.Requests);
    }

    [Fact]
    public void Take_InParts_TakesAll()
    {
        var table = new UsageTable(_time);
        for (var version = 1; version <= 25; version++)
        {
            table.Add(1, 2, "web", version, UsageOutcome.Ok, default);
        }

        Assert.Equal([10, 10, 5, 0], new[] { table.Take(10).Count, table.Take(10).Count, table.Take(10).Count, table.Take(10).Count });
    }

    [Fact]
    public void Outcomes_EveryStatusThatCounts_HasOneWithAName()
    {
        // What nobody ran isn't counted.
        foreach (var status in Enum.GetValues<InvocationStatus>().Except([InvocationStatus.Stale, InvocationStatus.Draining, InvocationStatus.WorkerLost]))
        {
            Assert.NotEmpty(UsageOutcomes.Format(UsageTable.OutcomeOf(status, 200)));
        }

        Assert.Equal(Enum.GetValues<UsageOutcome>().Length, Enum.GetValues<UsageOutcome>().Select(UsageOutcomes.Format).Distinct().Count());
        Assert.Equal(
            ["ok", "2xx", "3xx", "4xx", "5xx"],
            new[] { 0, 204, 301, 404, 599 }.Select(static status => UsageOutcomes.Format(UsageTable.OutcomeOf(InvocationStatus.Guest, status))));
    }

    private static void Add(UsageTable table) => table.Add(1, 2, "web", 3, UsageOutcome.Status2xx, default);
}
