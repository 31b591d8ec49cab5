using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Control.Collection;
using Platform.Control.Deletion;
using Platform.Control.Idempotency;
using Platform.Control.Keys;
using Platform.Control.Logs;
using Platform.Control.People;
using Platform.Control.Retention;
using Platform.Control.Sessions;
using Platform.Control.Snapshots;
using Platform.Control.Usage;

namespace Platform.Control;

/// <summary>
/// What runs in the background of a control plane: the snapshot follows changes of other processes every two seconds, old versions and leftovers are removed
/// every hour, app logs are trimmed every five minutes.
/// A failure (the database away for a while) is logged and tried again at the next turn.
/// </summary>
internal sealed partial class Housekeeping(
    SnapshotStore snapshots,
    VersionRetention retention,
    Purger purger,
    BlobCollector collector,
    IdempotencyStore idempotency,
    LogStore logs,
    UsageStore usage,
    KeyRing ring,
    SigningKeys signing,
    SessionStore sessions,
    InvitationStore invitations,
    SignInGuard signIns,
    TimeProvider time,
    ILogger<Housekeeping> logger) : BackgroundService
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    private static readonly TimeSpan LogSweepInterval = TimeSpan.FromMinutes(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EveryAsync("following the store", FollowInterval, snapshots.RefreshAsync, stoppingToken),
        EveryAsync("sweeping", SweepInterval, SweepAsync, stoppingToken),
        EveryAsync("trimming app logs", LogSweepInterval, logs.SweepAsync, stoppingToken));

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await retention.SweepAsync(cancellationToken);
        await snapshots.RefreshAsync(cancellationToken);
        await purger.SweepAsync(cancellationToken);
        await collector.CollectAsync(cancellationToken);
        await idempotency.SweepAsync(cancellationToken);
        await usage.SweepAsync(cancellationToken);
        await snapshots.TrimAsync(cancellationToken);
        ring.Renew();
        await signing.RenewAsync(cancellationToken);
        await sessions.SweepAsync(cancellationToken);
        await invitations.SweepAsync(cancellationToken);
        await signIns.SweepAsync(cancellationToken);
    }

    private async Task EveryAsync(string what, TimeSpan interval, Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
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
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    [LoggerMessage(3011, LogLevel.Warning, "Failed at {What}; it is tried again")]
    private partial void LogFailed(string what, Exception exception);
}
