using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Control.Logs;
using Platform.Redis;
using StackExchange.Redis;

namespace Platform.Control.Workers;

/// <summary>
/// Control planes tell each other by Redis of which apps they have stored lines, and how many lines of which were lost, so that who follows a log on one sees what came to another. No line rests on it: a follower looks into the store at each
/// ping as well. A message is words: who says it, numbers of apps, and <c>app:lines</c> of what was lost; what one doesn't understand it skips.
/// </summary>
internal sealed partial class LogEvents(PlatformRedis redis, LogSignals signals, TimeProvider time, ILogger<LogEvents> logger) : BackgroundService
{
    private static readonly RedisChannel Topic = RedisChannel.Literal("platform:logs");
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    // Said at most so often: an app that writes all the time wakes its followers a few times a second.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private const int MaxApps = 1000;

    // What it says itself it hears too, and has counted already.
    private readonly string _self = $"@{Guid.NewGuid():N}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var stored = Channel.CreateBounded<long>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });
        var lost = new ConcurrentDictionary<long, long>();
        signals.OnStored = app => stored.Writer.TryWrite(app);
        void Lose(long app, long lines)
        {
            // The first of them is enough to be looked at: a flood must not push what others stored out of the channel.
            if (lost.AddOrUpdate(app, static (_, more) => more, static (_, count, more) => count + more, lines) == lines)
            {
                stored.Writer.TryWrite(app);
            }
        }

        signals.OnDropped = Lose;
        var isSubscribed = false;
        var telling = new List<(long App, long Lines)>();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // The client subscribes again by itself when its connection is back.
                var subscriber = (await redis.ConnectAsync()).GetSubscriber();
                if (!isSubscribed)
                {
                    await subscriber.SubscribeAsync(Topic, (_, message) => Hear(message.ToString().Split(' ')));
                    isSubscribed = true;
                }

                await stored.Reader.WaitToReadAsync(stoppingToken);
                var apps = new HashSet<long>();
                while (apps.Count < MaxApps && stored.Reader.TryRead(out var app))
                {
                    apps.Add(app);
                }

                var words = apps.Select(static app => app.ToString(CultureInfo.InvariantCulture)).Prepend(_self).ToList();
                foreach (var app in lost.Keys.Take(MaxApps))
                {
                    if (lost.TryRemove(app, out var lines))
                    {
                        telling.Add((app, lines));
                        words.Add(string.Create(CultureInfo.InvariantCulture, $"{app}:{lines}"));
                    }
                }

                await subscriber.PublishAsync(Topic, string.Join(' ', words));
                telling.Clear();
                await Task.Delay(Pause, time, stoppingToken);
            }
            catch (Exception e) when (e is RedisException or RedisTimeoutException)
            {
                LogAway(e.Message);
                telling.ForEach(told => Lose(told.App, told.Lines));
                telling.Clear();
                await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The host stops.
            }
        }
    }

    private void Hear(string[] words)
    {
        if (words[0] == _self)
        {
            return;
        }

        foreach (var word in words)
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            if (!long.TryParse(colon < 0 ? word : word.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var app))
            {
                continue;
            }

            if (colon < 0)
            {
                signals.Wake(app);
            }
            else if (long.TryParse(word.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var lines))
            {
                signals.DroppedElsewhere(app, lines);
            }
        }
    }

    [LoggerMessage(3052, LogLevel.Debug, "Control planes don't tell each other of log lines ({Reason}); followers see them at the next ping")]
    private partial void LogAway(string reason);
}
