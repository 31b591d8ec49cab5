using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Logs;
using Platform.Contracts.Snapshots;
using Platform.Control.Snapshots;

namespace Platform.Control.Logs;

/// <summary>
/// Takes log lines and stores them in batches. What waits is bounded in bytes, in all and for each app, so that one app's flood neither fills the memory nor
/// crowds out the others; beyond, lines are dropped and counted.
/// </summary>
internal sealed partial class LogWriter(
    LogStore store, LogSignals signals, SnapshotStore snapshots, LogMetrics metrics, TimeProvider time, ILogger<LogWriter> logger)
    : BackgroundService, IAppLogSink
{
    private const int MaxWaitingBytes = 16 << 20;
    private const int MaxWaitingBytesPerApp = 4 << 20;
    private const int MaxTextChars = 32 << 10;
    private const int MaxBatch = 1000;

    // What a line costs in memory beside its text, about.
    private const int Overhead = 200;

    // A worker's clock may be off; a time that is far out would make partitions that retention never reaches.
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromHours(1);

    private readonly Channel<LogEntry> _channel = Channel.CreateUnbounded<LogEntry>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();

    // Under _lock: bytes waiting, in all and by app.
    private readonly Dictionary<long, int> _waitingByApp = [];
    private int _waiting;

    public void Write(IReadOnlyList<AppLogRecord> records)
    {
        foreach (var record in records)
        {
            if (snapshots.FindIds(new AppKey(record.Tenant, record.App)) is not { } app)
            {
                metrics.Dropped(1, "unknown-app");
                continue;
            }

            var clean = Clean(record);
            var entry = new LogEntry(app, clean, Encoding.UTF8.GetByteCount(clean.Text));
            if (!TryReserve(entry))
            {
                metrics.Dropped(1, "full");
            }
            else if (!_channel.Writer.TryWrite(entry))
            {
                Release([entry]);
                metrics.Dropped(1, "stopped");
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // Lines of the last requests are stored before the process ends.
        _channel.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<LogEntry>(MaxBatch);
        while (await _channel.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MaxBatch && _channel.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            await StoreAsync(batch);
            Release(batch);
            batch.Clear();
        }
    }

    private async Task StoreAsync(List<LogEntry> batch)
    {
        try
        {
            await store.AppendAsync(batch, CancellationToken.None);
            metrics.Stored(batch.Count);
        }
        catch (Exception e)
        {
            // The database is away or full: guests' output isn't worth stopping for, and keeping it would only fill the memory.
            metrics.Dropped(batch.Count, "store");
            LogFailed(batch.Count, e);
            return;
        }

        foreach (var app in batch.Select(entry => entry.App.AppId).Distinct())
        {
            signals.Stored(app);
        }
    }

    private bool TryReserve(LogEntry entry)
    {
        var size = entry.Size + Overhead;
        lock (_lock)
        {
            var ofApp = _waitingByApp.GetValueOrDefault(entry.App.AppId);
            if (_waiting + size > MaxWaitingBytes || ofApp + size > MaxWaitingBytesPerApp)
            {
                return false;
            }

            _waiting += size;
            _waitingByApp[entry.App.AppId] = ofApp + size;
            return true;
        }
    }

    private void Release(IReadOnlyList<LogEntry> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                var size = entry.Size + Overhead;
                _waiting -= size;
                var left = _waitingByApp[entry.App.AppId] - size;
                if (left == 0)
                {
                    _waitingByApp.Remove(entry.App.AppId);
                }
                else
                {
                    _waitingByApp[entry.App.AppId] = left;
                }
            }
        }
    }

    // PostgreSQL takes neither NUL nor lone surrogates, and one such line must not cost its batch.
    private AppLogRecord Clean(AppLogRecord record)
    {
        var text = record.Text.Length > MaxTextChars ? record.Text[..MaxTextChars] : record.Text;
        if (text.Any(c => c == '\0' || char.IsSurrogate(c)))
        {
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
        }

        var now = time.GetUtcNow();
        return record with { Text = text, Time = (record.Time - now).Duration() > MaxClockSkew ? now : record.Time };
    }

    [LoggerMessage(3030, LogLevel.Warning, "{Lines} lines of app logs were lost: storing them failed")]
    private partial void LogFailed(int lines, Exception exception);
}
