using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Series;
using Platform.Contracts.Usage;
using Platform.Worker.Usage;

namespace Platform.Worker.Tests.Usage;

public sealed class SeriesTableTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 26, 10, 0, 30, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(s_start);

    [Fact]
    public void Adds_FromManyThreads_AreTakenOnce()
    {
        var table = new SeriesTable(_time);
        var taken = new List<SeriesDelta>();
        using var stop = new CancellationTokenSource();
        var taking = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                taken.AddRange(table.Take(10));
            }
        });
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                var cell = table.CellOf(1, thread % 2, 3)!;
                cell.Add(isError: i % 10 == 0, isThrottled: i % 5 == 0, isCold: i == 0);
                cell.AddRun(TimeSpan.FromMicroseconds(i), 7, 100);
            }
        });
        stop.Cancel();
#pragma warning disable xUnit1031 // Nothing runs on this thread meanwhile.
        taking.Wait();
#pragma warning restore xUnit1031
        taken.AddRange(table.Take(10));

        Assert.Equal((80_000, 8000, 16_000, 8), (taken.Sum(static d => d.Requests), taken.Sum(static d => d.Errors), taken.Sum(static d => d.Throttled), taken.Sum(static d => d.ColdStarts)));
        Assert.Equal((560_000, 8_000_000, 80_000), (taken.Sum(static d => d.Fuel), taken.Sum(static d => d.MemoryBytes), taken.Sum(static d => d.Latencies.Sum())));
        Assert.All(taken, static delta => Assert.Equal(new SeriesKey(delta.Key.AppId, 3, s_start.AddSeconds(-30).ToUnixTimeMilliseconds()), delta.Key));
        Assert.Empty(table.Take(10));
    }

    [Fact]
    public void Minutes_ThatEnded_GoOnceTheyAreTaken()
    {
        var table = new SeriesTable(_time, maxCells: 2);
        table.CellOf(1, 1, 1)!.Add(false, false, false);
        _time.Advance(TimeSpan.FromMinutes(1));
        table.CellOf(1, 1, 1)!.Add(false, false, false);
        Assert.Null(table.CellOf(1, 2, 1));
        Assert.Equal(1, table.Lost);
        Assert.Equal([0L, UsageTime.Minute], table.Take(10).Select(static delta => delta.Key.Minute - s_start.AddSeconds(-30).ToUnixTimeMilliseconds()).Order());
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(table.Take(10));
        Assert.NotNull(table.CellOf(1, 2, 1));
    }
}
