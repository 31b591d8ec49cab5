using Microsoft.Extensions.Logging.Abstractions;
using Platform.Redis;
using Platform.Testing;
using Platform.Worker.Backups;
using Platform.Worker.Capabilities.KeyValue;
using StackExchange.Redis;

namespace Platform.Worker.Tests.Capabilities;

/// <summary>All apps' key-value data from one Redis to another.</summary>
public sealed class KeyValueDataTests : IAsyncLifetime
{
    private RedisServer _from = null!;
    private RedisServer _to = null!;
    private KeyValueServer _source = null!;
    private KeyValueServer _target = null!;

    public async ValueTask InitializeAsync()
    {
        (_from, _to) = (await RedisServer.StartAsync(), await RedisServer.StartAsync());
        (_source, _target) = (Server(_from), Server(_to));
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _target.DisposeAsync();
        await _from.DisposeAsync();
        await _to.DisposeAsync();
    }

    [Fact]
    public async Task Values_ReadAndWritten_AreTheStoresOfBefore()
    {
        byte[] bytes = [0, 255, 10, 13, 128];
        await _source.Open(7, "default").SetAsync("k:value:\n ☃", bytes);
        await _source.Open(7, "default").SetAsync("empty", []);
        await _source.Open(7, "other_one").IncrementAsync("n", 41);
        await _source.Open(12, "default").SetAsync("k", new byte[1 << 20]);
        await Task.WhenAll(Enumerable.Range(0, 2500).Select(i => _source.Open(12, "many").SetAsync($"k{i:d4}", [(byte)i])));
        await using (var client = await ConnectionMultiplexer.ConnectAsync(_from.ConnectionString))
        {
            // What the platform may lose, and what isn't its own.
            await client.GetDatabase().StringSetAsync("platform:triggers:{7}:lease", "x");
            await client.GetDatabase().StringSetAsync("somebody's", "x");
        }

        await CopyAsync();

        Assert.Equal(bytes, await _target.Open(7, "default").GetAsync("k:value:\n ☃"));
        Assert.Empty((await _target.Open(7, "default").GetAsync("empty"))!);
        Assert.Equal(42, await _target.Open(7, "other_one").IncrementAsync("n", 1));
        Assert.Equal(1 << 20, (await _target.Open(12, "default").GetAsync("k"))!.Length);
        Assert.Equal(await _source.Open(12, "many").KeysAsync("k1499"), await _target.Open(12, "many").KeysAsync("k1499"));

        // Counters are those of before, so that an app's limit is as exact as it was.
        await _target.Open(7, "other_one").IncrementAsync("n", -1);
        await using var first = await ConnectionMultiplexer.ConnectAsync(_from.ConnectionString);
        await using var second = await ConnectionMultiplexer.ConnectAsync(_to.ConnectionString);
        foreach (var app in (long[])[7, 12])
        {
            Assert.Equal(await first.GetDatabase().StringGetAsync(KeyValueStore.PrefixOf(app)), await second.GetDatabase().StringGetAsync(KeyValueStore.PrefixOf(app)));
        }

        Assert.False(await second.GetDatabase().KeyExistsAsync("somebody's"));
        Assert.False(await second.GetDatabase().KeyExistsAsync("platform:triggers:{7}:lease"));
    }

    [Fact]
    public async Task Values_ReadWhileTheyAreWritten_HaveAllThatWasThere()
    {
        var store = _source.Open(1, "default");
        await Task.WhenAll(Enumerable.Range(0, 3000).Select(i => store.SetAsync($"k{i}", [1])));
        using var end = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !end.IsCancellationRequested; i++)
            {
                await store.SetAsync($"k{i % 3000}", new byte[i % 50]);
                await store.SetAsync($"new{i}", [2]);
                await store.DeleteAsync($"new{i - 100}");
            }
        });

        await CopyAsync();

        await end.CancelAsync();
        await writing;
        var restored = _target.Open(1, "default");
        var values = await restored.GetManyAsync([.. Enumerable.Range(0, 3000).Select(static i => $"k{i}")]);
        Assert.DoesNotContain(values, static value => value is null);

        // The index is of what is there, and nothing else.
        var keys = new List<string>();
        for (IReadOnlyList<string> page = await restored.KeysAsync(null); page.Count > 0; page = await restored.KeysAsync(keys[^1]))
        {
            keys.AddRange(page);
        }

        Assert.DoesNotContain(await restored.GetManyAsync(keys), static value => value is null);
        Assert.True(keys.Count >= 3000);
    }

    [Fact]
    public async Task Empty_IsWhatHasNoAppsData()
    {
        await using var data = new KeyValueData(_from.ConnectionString);
        Assert.True(await data.IsEmptyAsync(CancellationToken.None));
        await _source.Open(1, "default").SetAsync("k", [1]);
        Assert.False(await data.IsEmptyAsync(CancellationToken.None));
        await data.ClearAsync(CancellationToken.None);
        Assert.True(await data.IsEmptyAsync(CancellationToken.None));
        Assert.Null(await _source.Open(1, "default").GetAsync("k"));
    }

    private static KeyValueServer Server(RedisServer redis) => new(new PlatformRedis(redis.ConnectionString, "platform", BacklogPolicy.FailFast), 100_000_000, NullLogger<KeyValueServer>.Instance);

    private async Task CopyAsync()
    {
        await using var source = new KeyValueData(_from.ConnectionString);
        await using var target = new KeyValueData(_to.ConnectionString);
        await target.WriteAsync(await source.ReadAsync(CancellationToken.None).ToListAsync(), CancellationToken.None);
    }
}
