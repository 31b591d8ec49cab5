using System.Text.Json;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Requests;
using Platform.Contracts.Snapshots;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;

namespace Platform.Control.Requests;

/// <summary>Takes kept requests and stores them in batches.</summary>
internal sealed partial class RequestWriter(RequestStore store, SnapshotStore snapshots, ControlOptions options, ControlMetrics metrics, TimeProvider time, ILogger<RequestWriter> logger)
    : BatchWriter<RequestEntry>, IRequestSink
{
    // Above what a worker cuts them to.
    private const int MaxText = 2 << 10;
    private const int MaxTrap = 32 << 10;

    public void Write(RequestRecord record)
    {
        if (snapshots.FindIds(new AppKey(record.Tenant, record.App)) is not { } app)
        {
            Dropped(1, "unknown-app");
            return;
        }

        var clean = record with
        {
            Time = Clean(record.Time, options.LogRetention, time),
            Method = Clean(record.Method, MaxText),
            Path = Clean(record.Path, MaxText),
            Route = Clean(record.Route, MaxText),
            Trap = record.Trap is { } trap ? Clean(trap, MaxTrap) : null,
        };
        var receipt = record.Receipt is { } cost ? JsonSerializer.Serialize(cost, JsonSerializerOptions.Web) : null;
        var spans = JsonSerializer.Serialize(record.Spans, JsonSerializerOptions.Web);
        Take(new RequestEntry(
            app, clean, receipt, spans, RowBytes + clean.Path.Length + clean.Route.Length + (clean.Trap?.Length ?? 0) + (receipt?.Length ?? 0) + spans.Length));
    }

    protected override void Dropped(int count, string reason) => metrics.RequestsDropped(count, reason);

    protected override async Task StoreAsync(IReadOnlyList<RequestEntry> batch)
    {
        try
        {
            await store.AppendAsync(batch, CancellationToken.None);
            metrics.RequestsStored(batch.Count);
        }
        catch (Exception e)
        {
            // As with logs: keeping them would only fill the memory.
            Dropped(batch.Count, "store");
            LogFailed(batch.Count, e);
        }
    }

    [LoggerMessage(3034, LogLevel.Warning, "{Requests} kept requests of apps were lost: storing them failed")]
    private partial void LogFailed(int requests, Exception exception);
}
