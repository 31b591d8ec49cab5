using System.Net;
using Platform.Runtime.Sandboxes;
using Platform.Testing;
using Platform.Worker.Capabilities;
using Platform.Worker.Capabilities.Redis;
using Platform.Worker.Outbound;
using StackExchange.Redis;

namespace Platform.Worker.Tests.Capabilities;

/// <summary>Connections that triggers have to tenants' own Redis servers.</summary>
public sealed class RedisSubscribersTests : IAsyncLifetime
{
    private readonly RedisServers _servers = new(
        new OutboundConnector(new AddressPolicy([IPNetwork.Parse("127.0.0.0/8")], [], static () => new HashSet<int>())), TimeProvider.System);

    private RedisServer _redis = null!;
    private ConnectionMultiplexer _admin = null!;

    private ServerAddress Address => new("redis", "127.0.0.1", _redis.Port, null, RedisServer.Password, "", "");

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _admin = await ConnectionMultiplexer.ConnectAsync($"{_redis.ConnectionString},allowAdmin=true");
    }

    public async ValueTask DisposeAsync()
    {
        _servers.Dispose();
        await _admin.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Connection_ThatIsClosed_IsGoneFromTheServer()
    {
        var before = await CountAsync();
        var connected = await _servers.ConnectSubscriberAsync("acme", Address);
        await connected.Multiplexer.GetSubscriber().SubscribeAsync(RedisChannel.Literal("c"), static (_, _) => { });
        Assert.NotEqual(before, await CountAsync());
        await connected.DisposeAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await CountAsync() != before)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    [Fact]
    public async Task Connections_OfATenant_AreSoMany()
    {
        var connected = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _servers.ConnectSubscriberAsync("acme", Address)));
        var refused = await Assert.ThrowsAsync<CapabilityException>(() => _servers.ConnectSubscriberAsync("acme", Address));
        Assert.Equal("the tenant's apps are subscribed to more than 64 Redis servers", RedisServers.Describe(refused));
        await (await _servers.ConnectSubscriberAsync("other", Address)).DisposeAsync();
        await connected[0].DisposeAsync();
        connected[0] = await _servers.ConnectSubscriberAsync("acme", Address);
        foreach (var connection in connected)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task<int> CountAsync() =>
        ((string)(await _admin.GetDatabase().ExecuteAsync("CLIENT", "LIST"))!).Split('\n').Count(static line => line.Contains("name=platform ", StringComparison.Ordinal));
}
