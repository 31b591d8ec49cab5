using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Control.Snapshots;
using Platform.Redis;
using StackExchange.Redis;

namespace Platform.Control.Workers;

/// <summary>
/// Control planes wake each other by Redis when one has changed the store. Nothing rests on it: each looks at the store every second as well, and what a lost word would have told is seen then.
/// </summary>
internal sealed partial class RevisionEvents(PlatformRedis redis, SnapshotStore snapshots, TimeProvider time, ILogger<RevisionEvents> logger) : BackgroundService
{
    private static readonly RedisChannel Channel = RedisChannel.Literal("platform:revision");
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = snapshots.Current;
        var isSubscribed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // The client subscribes again by itself when its connection is back.
                var subscriber = (await redis.ConnectAsync()).GetSubscriber();
                if (!isSubscribed)
                {
                    await subscriber.SubscribeAsync(Channel, (_, revision) => Hear((long?)revision ?? 0, stoppingToken));
                    isSubscribed = true;
                }

                await snapshots.WaitForOtherAsync(seen, stoppingToken);
                seen = snapshots.Current;
                await subscriber.PublishAsync(Channel, seen.Revision);
            }
            catch (Exception e) when (e is RedisException or RedisTimeoutException)
            {
                LogAway(e.Message);
                await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The host stops.
            }
        }
    }

    // One's own word comes back too, and says nothing new.
    private void Hear(long revision, CancellationToken stoppingToken)
    {
        if (revision > snapshots.Current.Revision)
        {
            _ = RefreshAsync(stoppingToken);
        }
    }

    private async Task RefreshAsync(CancellationToken stoppingToken)
    {
        try
        {
            await snapshots.RefreshAsync(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            LogAway(e.Message);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    [LoggerMessage(3051, LogLevel.Debug, "Control planes don't wake each other ({Reason}); the store is looked at every second")]
    private partial void LogAway(string reason);
}
