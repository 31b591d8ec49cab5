using Platform.FunctionalTests.Hosting;
using Platform.Testing;
using StackExchange.Redis;

namespace Platform.FunctionalTests.Triggers;

/// <summary>A platform whose operator allows loopback, and a tenant's own Redis there.</summary>
public sealed class TriggersPlatform : IAsyncLifetime
{
    private static int _tenants;
    private ConnectionMultiplexer? _client;

    internal PlatformServer Server { get; private set; } = null!;

    internal RedisServer Redis { get; private set; } = null!;

    /// <summary>The Redis as a manifest names it.</summary>
    internal string Address => $"redis://:{RedisServer.Password}@127.0.0.1:{Redis.Port}";

    public async ValueTask InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        _client = await ConnectionMultiplexer.ConnectAsync(Redis.ConnectionString);
        Server = await PlatformServer.StartAsync(settings: new Dictionary<string, string>
        {
            ["Platform__Worker__OutboundAllowedNetworks__0"] = "127.0.0.0/8",
            ["Platform__Worker__CompileTimeout"] = "00:01:50",
            ["Platform__Worker__MessageConcurrency"] = "2",
            ["Platform__Worker__MessageQueueLength"] = "3",
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        await Server.DisposeAsync();
        await Redis.DisposeAsync();
    }

    internal async Task<TriggersTenant> NewTenantAsync() => new(Server, await Server.CreateTenantAsync($"events-{Interlocked.Increment(ref _tenants)}"));

    /// <summary>Publishes on the tenant's own Redis; how many got it.</summary>
    internal Task<long> PublishAsync(string channel, string message) => _client!.GetSubscriber().PublishAsync(RedisChannel.Literal(channel), message);

    /// <summary>The Redis is gone, and there again.</summary>
    internal async Task RestartRedisAsync()
    {
        var port = Redis.Port;
        await Redis.DisposeAsync();
        Redis = await RedisServer.StartAsync(port);
    }
}
