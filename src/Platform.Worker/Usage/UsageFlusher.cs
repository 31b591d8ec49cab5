using Microsoft.Extensions.Logging;
using Platform.Contracts.Usage;

namespace Platform.Worker.Usage;

/// <summary>
/// Reports usage and series every interval and at the stop. A batch that may not have arrived is sent again as it is, under its own sequence, until it has; what comes meanwhile waits in the table. So every request is
/// counted once, but for those since the last report when the process is killed.
/// </summary>
internal sealed partial class UsageFlusher(
    UsageTable table, SeriesTable? series, IUsageSink sink, ITenantAllowance allowance, string node, TimeSpan interval, TimeProvider time, ILogger logger) : IDisposable
{
    // A transaction of moderate length.
    private const int MaxDeltas = 5000;

    // At the stop the store may be away: the process doesn't wait for it longer.
    private static readonly TimeSpan LastTries = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastPause = TimeSpan.FromMilliseconds(200);

    private readonly string _start = Guid.NewGuid().ToString("N");
    private readonly CancellationTokenSource _stop = new();
    private UsageBatch? _pending;
    private long _sequence;
    private long _lostSeen;
    private long _uncountedSeen;
    private Task _running = Task.CompletedTask;

    /// <summary>Begins; the first report asks what tenants have used of the month.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>The last report, once nothing runs any more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        var started = time.GetTimestamp();
        using var patience = new CancellationTokenSource(LastTries, time);
        while (!await TryFlushAsync(patience.Token))
        {
            if (time.GetElapsedTime(started) >= LastTries)
            {
                LogLost((_pending?.Deltas ?? []).Concat(table.Take(int.MaxValue)).Sum(static delta => delta.Values.Requests));
                return;
            }

            await Task.Delay(LastPause, time, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>Reports all there is; false when it didn't arrive, as far as is known. One at a time.</summary>
    internal async Task<bool> TryFlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                // After one that is sent again comes what has been used since it was made.
                var isNew = _pending is null;
                if (_pending is null)
                {
                    allowance.Taking();
                    var deltas = table.Take(MaxDeltas);
                    var minutes = series?.Take(MaxDeltas) ?? [];
                    _pending = new UsageBatch(node, _start, deltas.Count + minutes.Count > 0 ? ++_sequence : 0, deltas, minutes.Count > 0 ? minutes : null);
                }

                var answer = await sink.ReportAsync(_pending, cancellationToken);
                var isLast = isNew && _pending.Deltas.Count < MaxDeltas && (_pending.Series?.Count ?? 0) < MaxDeltas;
                _pending = null;
                allowance.Reported(answer);
                if (isLast)
                {
                    LogLostCells();
                    return true;
                }
            }
            while (true);
        }
        catch (Exception e)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(e);
            }

            return false;
        }
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do
            {
                await TryFlushAsync(_stop.Token);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The last report is the stop's.
        }
    }

    private void LogLostCells()
    {
        var lost = table.Lost;
        if (lost > _lostSeen)
        {
            LogLost(lost - _lostSeen);
            _lostSeen = lost;
        }

        var uncounted = series?.Lost ?? 0;
        if (uncounted > _uncountedSeen)
        {
            LogUncounted(uncounted - _uncountedSeen);
            _uncountedSeen = uncounted;
        }
    }

    [LoggerMessage(3310, LogLevel.Warning, "Usage could not be reported; it is kept and reported again")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(3312, LogLevel.Warning, "{Requests} requests are missing in the series of their apps: there was no room to keep them until they could be reported")]
    private partial void LogUncounted(long requests);

    [LoggerMessage(3311, LogLevel.Error, "The usage of {Requests} requests is lost: it could not be reported, and there was no room or time to keep it")]
    private partial void LogLost(long requests);
}
