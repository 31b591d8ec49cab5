using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Redis;
using Platform.Runtime.Sandboxes;
using Platform.Testing;
using Platform.Worker.Capabilities.KeyValue;

namespace Platform.Worker.Tests.Capabilities;

/// <summary>Key-value stores on a real Redis. On Garnet the guests' cases of tests/cases try them.</summary>
public sealed class KeyValueStoreTests : IAsyncLifetime
{
    private const int AppBytes = 2_000_000;

    private RedisServer _redis = null!;
    private KeyValueServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _server = new KeyValueServer(new PlatformRedis(_redis.ConnectionString, "platform"), AppBytes, NullLogger<KeyValueServer>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Values_AreKept_ByAppStoreAndKey()
    {
        var store = _server.Open(1, "default");
        await store.SetAsync("k", [0, 255, 13, 10]);
        Assert.Equal([0, 255, 13, 10], await store.GetAsync("k"));
        Assert.True(await store.ExistsAsync("k"));
        foreach (var other in (IKeyValueStore[])[_server.Open(1, "second"), _server.Open(2, "default"), _server.Open(11, "default")])
        {
            Assert.Null(await other.GetAsync("k"));
            Assert.False(await other.ExistsAsync("k"));
            Assert.Empty(await other.KeysAsync(null));
        }

        Assert.Equal([[0, 255, 13, 10], null], await store.GetManyAsync(["k", "none"]));
        await store.DeleteAsync("k");
        await store.DeleteAsync("k");
        Assert.Null(await store.GetAsync("k"));
        Assert.Empty(await store.KeysAsync(null));
    }

    [Fact]
    public async Task Keys_ComeInPages_InTheOrderOfTheirBytes()
    {
        var store = _server.Open(1, "default");
        var keys = Enumerable.Range(0, 2500).Select(static i => $"key {i * 7919 % 2500:d4} ä").ToArray();
        await Task.WhenAll(keys.Select(key => store.SetAsync(key, [1])));
        List<string> found = [];
        for (var page = await store.KeysAsync(null); page.Count > 0; page = await store.KeysAsync(page[^1]))
        {
            Assert.InRange(page.Count, 1, 1000);
            found.AddRange(page);
        }

        Assert.Equal(keys.Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public async Task Increment_ByManyAtOnce_LosesNone()
    {
        var store = _server.Open(1, "default");
        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => store.IncrementAsync("n", 3)));
        Assert.Equal(1500 - 2000, await store.IncrementAsync("n", -2000));
        Assert.Equal("-500"u8.ToArray(), await store.GetAsync("n"));
        await store.SetAsync("n", Encoding.ASCII.GetBytes($"{long.MaxValue - 1}"));
        Assert.Equal(long.MaxValue, await store.IncrementAsync("n", 1));
        await Assert.ThrowsAsync<CapabilityException>(() => store.IncrementAsync("n", 1));
        Assert.Equal(["n"], await store.KeysAsync(null));
    }

    [Fact]
    public async Task Swap_ByManyAtOnce_OneOfEachWins()
    {
        var store = _server.Open(1, "default");
        var won = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => store.SwapAsync("k", null, [(byte)i])));
        Assert.Single(won, static one => one);
        var now = await store.GetAsync("k");
        Assert.False(await store.SwapAsync("k", [200], [1]));
        Assert.True(await store.SwapAsync("k", now, []));
        Assert.True(await store.SwapAsync("k", [], [2]));
        Assert.Equal([2], await store.GetAsync("k"));
    }

    [Fact]
    public async Task Writes_PastTheAppsBytes_AreRefusedUntilSomethingIsDeleted()
    {
        var (store, second, neighbour) = (_server.Open(1, "default"), _server.Open(1, "second"), _server.Open(2, "default"));
        await store.SetAsync("a", new byte[1_000_000]);
        await store.SetAsync("a", new byte[900_000]);
        await second.SetAsync("b", new byte[1_000_000]);
        foreach (var write in (Func<Task>[])[() => store.SetAsync("c", new byte[200_000]), () => store.SwapAsync("c", null, new byte[200_000]), () => store.SetAsync("a", new byte[1_000_000])])
        {
            var full = await Assert.ThrowsAsync<CapabilityException>(write);
            Assert.Contains("at most 2000000 bytes", full.Message, StringComparison.Ordinal);
        }

        Assert.Null(await store.GetAsync("c"));
        await neighbour.SetAsync("c", new byte[1_000_000]);
        await second.DeleteAsync("b");
        await store.SetAsync("c", new byte[1_000_000]);
        await store.DeleteAsync("c");
        for (var i = 0; i < 3; i++)
        {
            await store.SetAsync("c", new byte[1_000_000]);
            await store.DeleteAsync("c");
        }
    }

    [Fact]
    public async Task Operations_WithoutTheServer_FailAndComeBackWithIt()
    {
        var store = _server.Open(1, "default");
        await store.SetAsync("k", [1]);
        await _redis.DisposeAsync();
        var failure = await Assert.ThrowsAsync<CapabilityException>(() => store.GetAsync("k"));
        Assert.Equal("the key-value store can't be reached now; try again", failure.Message);
        _redis = await RedisServer.StartAsync(_redis.Port);
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                Assert.Null(await store.GetAsync("k"));
                break;
            }
            catch (CapabilityException) when (TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(50);
            }
        }
    }
}
