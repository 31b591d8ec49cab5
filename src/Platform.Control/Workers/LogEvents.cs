using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Control.Logs;
using Platform.Redis;
using StackExchange.Redis;

namespace Platform.Control.Workers;

/// <summary>
/// Control planes tell each other by Redis of which apps they have stored lines, so that who follows a log on one sees what came to another. Nothing rests on it: a follower looks into the store at each ping as well.
/// </summary>
internal sealed partial class LogEvents(PlatformRedis redis, LogSignals signals, TimeProvider time, ILogger<LogEvents> logger) : BackgroundService
{
    private static readonly RedisChannel Topic = RedisChannel.Literal("platform:logs");
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    // Said at most so often: an app that writes all the time wakes its followers a few times a second.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var stored = Channel.CreateBounded<long>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });
        signals.OnStored = app => stored.Writer.TryWrite(app);
        var isSubscribed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // The client subscribes again by itself when its connection is back.
                var subscriber = (await redis.ConnectAsync()).GetSubscriber();
                if (!isSubscribed)
                {
                    await subscriber.SubscribeAsync(Topic, (_, apps) => Hear(apps.ToString()));
                    isSubscribed = true;
                }

                await stored.Reader.WaitToReadAsync(stoppingToken);
                var apps = new HashSet<long>();
                while (apps.Count < 1000 && stored.Reader.TryRead(out var app))
                {
                    apps.Add(app);
                }

                await subscriber.PublishAsync(Topic, string.Join(' ', apps));
                await Task.Delay(Pause, time, stoppingToken);
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

    private void Hear(string apps)
    {
        foreach (var text in apps.Split(' '))
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var app))
            {
                signals.Wake(app);
            }
        }
    }

    [LoggerMessage(3052, LogLevel.Debug, "Control planes don't tell each other of log lines ({Reason}); followers see them at the next ping")]
    private partial void LogAway(string reason);
}
