using System.Text;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Logs;
using Platform.Contracts.Snapshots;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;

namespace Platform.Control.Logs;

/// <summary>Takes log lines and stores them in batches.</summary>
internal sealed partial class LogWriter(
    LogStore store, LogSignals signals, LogExport export, SnapshotStore snapshots, ControlOptions options, ControlMetrics metrics, TimeProvider time, ILogger<LogWriter> logger)
    : BatchWriter<LogEntry>, IAppLogSink, ILostLines
{
    private const int MaxTextChars = 32 << 10;

    public void Write(IReadOnlyList<AppLogRecord> records)
    {
        foreach (var record in records)
        {
            if (snapshots.FindIds(new AppKey(record.Tenant, record.App)) is { } app)
            {
                var clean = record with { Text = Clean(record.Text, MaxTextChars), Time = Clean(record.Time, options.LogRetention, time) };
                Take(new LogEntry(app, clean, RowBytes + clean.Component.Length + clean.RequestId.Length + Encoding.UTF8.GetByteCount(clean.Text)));
            }
            else
            {
                Dropped(1, "unknown-app");
            }
        }
    }

    public void Lost(AppKey app, long lines)
    {
        if (lines > 0 && snapshots.FindIds(app) is { } ids)
        {
            signals.Dropped(ids.AppId, lines);
        }
    }

    protected override void Dropped(LogEntry entry) => signals.Dropped(entry.App.AppId, 1);

    protected override void Dropped(int count, string reason) => metrics.LogsDropped(count, reason);

    protected override async Task StoreAsync(IReadOnlyList<LogEntry> batch)
    {
        try
        {
            await store.AppendAsync(batch, CancellationToken.None);
            metrics.LogsStored(batch.Count);
        }
        catch (Exception e)
        {
            // The database is away or full: guests' output isn't worth stopping for, and keeping it would only fill the memory.
            Dropped(batch.Count, "store");
            foreach (var entry in batch)
            {
                Dropped(entry);
            }

            LogFailed(batch.Count, e);
            return;
        }

        export.Export(batch);
        foreach (var app in batch.Select(entry => entry.App.AppId).Distinct())
        {
            signals.Stored(app);
        }
    }

    [LoggerMessage(3030, LogLevel.Warning, "{Lines} lines of app logs were lost: storing them failed")]
    private partial void LogFailed(int lines, Exception exception);
}
