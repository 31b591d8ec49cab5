using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Control.Collection;
using Platform.Control.Deletion;
using Platform.Control.Idempotency;
using Platform.Control.Keys;
using Platform.Control.Logs;
using Platform.Control.People;
using Platform.Control.Requests;
using Platform.Control.Retention;
using Platform.Control.Series;
using Platform.Control.Sessions;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;
using Platform.Control.Usage;

namespace Platform.Control;

/// <summary>
/// What runs in the background of a control plane: the snapshot follows changes of other processes every second, old versions and leftovers are removed
/// every hour, app logs and kept requests are trimmed every five minutes, series summed up every minute, and what is to end for good ends within a minute of its time, or of this process's start when another died over it.
/// A failure (the database away for a while) is logged and tried again at the next turn.
/// </summary>
internal sealed partial class Housekeeping(
    SnapshotStore snapshots,
    VersionRetention retention,
    Purger purger,
    BlobCollector collector,
    IdempotencyStore idempotency,
    LogStore logs,
    RequestStore requests,
    SeriesStore series,
    UsageStore usage,
    KeyRing ring,
    SigningKeys signing,
    SessionStore sessions,
    InvitationStore invitations,
    SignInGuard signIns,
    ControlMetrics metrics,
    TimeProvider time,
    ILogger<Housekeeping> logger) : BackgroundService
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    private static readonly TimeSpan PurgeInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SeriesInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LogSweepInterval = TimeSpan.FromMinutes(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EveryAsync("following the store", FollowInterval, FollowAsync, stoppingToken),
        PurgeAsync(stoppingToken),
        EveryAsync("sweeping", SweepInterval, SweepAsync, stoppingToken),
        EveryAsync("trimming app logs", LogSweepInterval, logs.SweepAsync, stoppingToken),
        EveryAsync("trimming kept requests", LogSweepInterval, requests.SweepAsync, stoppingToken),
        EveryAsync("summing series up", SeriesInterval, series.RollUpAsync, stoppingToken));

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await snapshots.RefreshAsync(cancellationToken);
            metrics.StoreAnswered(true);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.StoreAnswered(false);
            throw;
        }
    }

    // At start too: an interrupted purge keeps a name.
    private async Task PurgeAsync(CancellationToken stoppingToken)
    {
        const string What = "ending what was deleted";
        await TryAsync(What, purger.SweepAsync, stoppingToken);
        await EveryAsync(What, PurgeInterval, purger.SweepAsync, stoppingToken);
    }

    // Each on its own: one that fails, and will again, must not keep the others from running.
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await TryAsync("removing old versions", retention.SweepAsync, cancellationToken);
        await TryAsync("following the store", snapshots.RefreshAsync, cancellationToken);
        await TryAsync("collecting blobs", collector.CollectAsync, cancellationToken);
        await TryAsync("forgetting idempotency keys", idempotency.SweepAsync, cancellationToken);
        await TryAsync("removing old usage", usage.SweepAsync, cancellationToken);
        await TryAsync("removing old series", series.SweepAsync, cancellationToken);
        await TryAsync("trimming changes", snapshots.TrimAsync, cancellationToken);
        await TryAsync("renewing the key ring", _ => Task.Run(ring.Renew, CancellationToken.None), cancellationToken);
        await TryAsync("renewing signing keys", signing.RenewAsync, cancellationToken);
        await TryAsync("removing ended sessions", sessions.SweepAsync, cancellationToken);
        await TryAsync("removing old links", invitations.SweepAsync, cancellationToken);
        await TryAsync("forgetting failed sign-ins", signIns.SweepAsync, cancellationToken);
    }

    private async Task EveryAsync(string what, TimeSpan interval, Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryAsync(what, work, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TryAsync(string what, Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        try
        {
            await work(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailed(what, e);
        }
    }

    [LoggerMessage(3011, LogLevel.Warning, "Failed at {What}; it is tried again")]
    private partial void LogFailed(string what, Exception exception);
}
