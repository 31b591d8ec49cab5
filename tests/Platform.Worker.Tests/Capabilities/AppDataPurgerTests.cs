using Microsoft.Extensions.Logging.Abstractions;
using Platform.Redis;
using Platform.Testing;
using Platform.Worker.Capabilities;
using Platform.Worker.Capabilities.KeyValue;
using Platform.Worker.Capabilities.Sqlite;
using Platform.Worker.Tests.Fakes;
using StackExchange.Redis;

namespace Platform.Worker.Tests.Capabilities;

/// <summary>The end of an app's data, on a real Redis and real files.</summary>
public sealed class AppDataPurgerTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    private RedisServer _redis = null!;
    private KeyValueServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _server = new KeyValueServer(new PlatformRedis(_redis.ConnectionString, "platform", BacklogPolicy.FailFast), 10_000_000, NullLogger<KeyValueServer>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _redis.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Purge_AnApp_LeavesNothingOfItAndAllOfOthers()
    {
        var sqlite = new LocalSqliteHost(_directory.Path, 1 << 20, TimeSpan.FromSeconds(5));
        foreach (var app in (long[])[1, 11, 12])
        {
            using var connection = sqlite.Connect(app, "default");
            await connection.ExecuteAsync("CREATE TABLE t (x)", []);
            await _server.Open(app, "second").SetAsync("k", [1]);
        }

        await Task.WhenAll(Enumerable.Range(0, 1200).Select(i => _server.Open(1, "default").SetAsync($"{i}", [1])));
        var purger = new AppDataPurger(_server, sqlite);

        await purger.PurgeAsync(1, CancellationToken.None);
        await purger.PurgeAsync(1, CancellationToken.None);

        await using var client = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        var left = client.GetServers().Single().Keys(pattern: "*").Select(key => key.ToString()).ToList();
        Assert.DoesNotContain(left, key => key.Contains("{1}", StringComparison.Ordinal));
        Assert.Equal(6, left.Count);
        Assert.Equal(["11", "12"], Directory.EnumerateDirectories(Path.Combine(_directory.Path, "sqlite")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.NotNull(await _server.Open(11, "second").GetAsync("k"));
    }

    [Fact]
    public async Task Purge_ServerAway_FailsAndLeavesTheFiles()
    {
        var sqlite = new LocalSqliteHost(_directory.Path, 1 << 20, TimeSpan.FromSeconds(5));
        using (var connection = sqlite.Connect(1, "default"))
        {
            await connection.ExecuteAsync("CREATE TABLE t (x)", []);
        }

        await using var none = new KeyValueServer(new PlatformRedis(null, "platform"), 1, NullLogger<KeyValueServer>.Instance);

        await Assert.ThrowsAsync<RedisException>(() => new AppDataPurger(none, sqlite).PurgeAsync(1, CancellationToken.None));

        Assert.True(Directory.Exists(Path.Combine(_directory.Path, "sqlite", "1")));
    }
}
