using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Usage;
using Platform.Worker.Tests.Fakes;
using Platform.Worker.Usage;

namespace Platform.Worker.Tests.Usage;

public sealed class UsageFlusherTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 10, 0, 0, TimeSpan.Zero));
    private readonly CollectingUsageSink _sink = new();
    private readonly UsageTable _table;
    private readonly SeriesTable _series;
    private readonly UsageFlusher _flusher;

    public UsageFlusherTests()
    {
        _table = new UsageTable(_time);
        _series = new SeriesTable(_time);
        _flusher = new UsageFlusher(_table, _series, _sink, new LocalAllowance(_time), "node", TimeSpan.FromSeconds(10), _time, NullLogger.Instance);
    }

    public void Dispose() => _flusher.Dispose();

    [Fact]
    public async Task Report_OfSeries_GoesWithTheUsageUnderOneSequence()
    {
        Add(3);
        _series.CellOf(7, 1, 2)!.Add(isError: true, isThrottled: false, isCold: false);
        Assert.True(await _flusher.TryFlushAsync(CancellationToken.None));
        _series.CellOf(7, 1, 2)!.Add(isError: false, isThrottled: true, isCold: false);
        Assert.True(await _flusher.TryFlushAsync(CancellationToken.None));

        Assert.Equal([(1L, 1, 1L, 0L), (2, 0, 0, 1)], _sink.Batches.Select(static batch => (batch.Sequence, batch.Deltas.Count, batch.Series![0].Errors, batch.Series[0].Throttled)));
    }

    [Fact]
    public async Task Report_ThatFails_IsSentAgainAsItIsAndWhatCameMeanwhileGoesIntoTheNext()
    {
        Add(3);
        _sink.Before = static _ => throw new IOException("the database is away");
        Assert.False(await _flusher.TryFlushAsync(CancellationToken.None));
        Add(4);
        _sink.Before = static _ => { };
        _sink.After = static _ => throw new IOException("the answer got lost");
        Assert.False(await _flusher.TryFlushAsync(CancellationToken.None));
        Add(5);
        _sink.After = static _ => { };
        Assert.True(await _flusher.TryFlushAsync(CancellationToken.None));

        Assert.Equal([(1L, 3L), (2, 9)], _sink.Batches.Select(static batch => (batch.Sequence, batch.Deltas.Sum(static delta => delta.Values.Requests))));
        Assert.All(_sink.Batches, static batch => Assert.Equal("node", batch.Node));
    }

    [Fact]
    public async Task Reports_EachIntervalAndAtTheStop()
    {
        _flusher.Start();
        Add(1);
        _time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.HoldsAsync(() => _sink.Batches.Count == 1, "the interval's report");
        Add(2);
        await _flusher.StopAsync();
        Assert.Equal([1L, 2], _sink.Deltas.Select(static delta => delta.Values.Requests));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Stop_AfterAReportThatFailed_ReportsItAndWhatCameSince(int failed)
    {
        Add(failed);
        _sink.Before = static _ => throw new IOException("the database is away");
        Assert.False(await _flusher.TryFlushAsync(CancellationToken.None));
        Add(2);
        _sink.Before = static _ => { };
        await _flusher.StopAsync();
        Assert.Equal(failed + 2, _sink.Deltas.Sum(static delta => delta.Values.Requests));
    }

    [Fact]
    public async Task Deltas_MoreThanABatchHolds_GoInSeveral()
    {
        for (var version = 0; version < 12_000; version++)
        {
            _table.Add(1, 2, "web", version, UsageOutcome.Status2xx, default);
        }

        Assert.True(await _flusher.TryFlushAsync(CancellationToken.None));
        Assert.Equal([5000, 5000, 2000], _sink.Batches.Select(static batch => batch.Deltas.Count));
        Assert.Equal([1L, 2, 3], _sink.Batches.Select(static batch => batch.Sequence));
    }

    private void Add(int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            _table.Add(1, 2, "web", 1, UsageOutcome.Status2xx, default);
        }
    }
}
