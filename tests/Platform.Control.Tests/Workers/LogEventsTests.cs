using Microsoft.Extensions.Logging.Abstractions;
using Platform.Control.Logs;
using Platform.Control.Workers;
using Platform.Redis;
using Platform.Testing;
using StackExchange.Redis;

namespace Platform.Control.Tests.Workers;

public class LogEventsTests
{
    private static readonly RedisChannel Topic = RedisChannel.Literal("platform:logs");

    [Fact]
    public async Task ControlPlanes_TellEachOtherOfStoredAndLostLines()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = new PlatformRedis(server.ConnectionString, "one");
        await using var other = new PlatformRedis(server.ConnectionString, "two");
        await using var one = await ControlPlane.StartAsync(redis);
        await using var two = await ControlPlane.StartAsync(other);
        var connection = await redis.ConnectAsync();
        await UntilAsync(async () => await connection.GetServer("127.0.0.1", server.Port).SubscriptionSubscriberCountAsync(Topic) == 2);

        var woken = two.Signals.Next(5);
        one.Signals.Stored(5);
        await woken.WaitAsync(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 100; i++)
        {
            one.Signals.Dropped(5, 3);
            one.Signals.Dropped(6, 1);
        }

        await UntilAsync(() => Task.FromResult(two.Signals.DroppedOf(5) >= 300 && two.Signals.DroppedOf(6) >= 100));
        two.Signals.Dropped(5, 1000);
        await UntilAsync(() => Task.FromResult(one.Signals.DroppedOf(5) >= 1300));

        // As the build before says it, and what only one to come knows; after it whatever was counted twice has been.
        woken = two.Signals.Next(7);
        await connection.GetSubscriber().PublishAsync(Topic, "5:x :7 x:7 8:-1 5:99999999999999999999 7");
        await woken.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((1300, 100), (one.Signals.DroppedOf(5), one.Signals.DroppedOf(6)));
        Assert.Equal((1300, 100, 0), (two.Signals.DroppedOf(5), two.Signals.DroppedOf(6), two.Signals.DroppedOf(8)));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            await Task.Delay(20, timeout.Token);
        }
    }

    private sealed class ControlPlane : IAsyncDisposable
    {
        private readonly LogEvents _events;

        private ControlPlane(PlatformRedis redis) => _events = new LogEvents(redis, Signals, TimeProvider.System, NullLogger<LogEvents>.Instance);

        public LogSignals Signals { get; } = new();

        public static async Task<ControlPlane> StartAsync(PlatformRedis redis)
        {
            var started = new ControlPlane(redis);
            await started._events.StartAsync(CancellationToken.None);
            return started;
        }

        public async ValueTask DisposeAsync()
        {
            await _events.StopAsync(CancellationToken.None);
            _events.Dispose();
        }
    }
}
