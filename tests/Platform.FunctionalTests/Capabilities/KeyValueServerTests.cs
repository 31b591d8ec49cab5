using System.Net;
using Platform.FunctionalTests.Hosting;
using Platform.Testing;
using StackExchange.Redis;

namespace Platform.FunctionalTests.Capabilities;

/// <summary>Apps' key-value data on a Redis of its own (<c>Platform:KeyValue</c>), apart from what may be lost.</summary>
public sealed class KeyValueServerTests
{
    [Fact]
    public async Task Values_WithAServerOfTheirOwn_AreThere_AndNotOnTheOther()
    {
        await using var events = await RedisServer.StartAsync();
        await using var values = await RedisServer.StartAsync();
        await using var server = await PlatformServer.StartAsync(
            settings: new Dictionary<string, string> { ["ConnectionStrings__Redis"] = events.ConnectionString, ["Platform__KeyValue"] = values.ConnectionString },
            compiled: "js-calls");
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployManifestAsync(
            "app",
            Manifests.For("calls.wasm").Replace("files = []", "key_value_stores = [\"default\"]", StringComparison.Ordinal),
            ("calls.wasm", await File.ReadAllBytesAsync(Repository.Guest("js-calls"))));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("""[["key-value.Store.open","default"],["$0.set","k",{"bytes":"kept"}],["$0.get","k"]]""") };
        using var answer = await tenant.SendAsync("app", request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("kept", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotEmpty(await KeysAsync(values));
        Assert.Empty(await KeysAsync(events));
    }

    private static async Task<IReadOnlyList<RedisKey>> KeysAsync(RedisServer redis)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var keys = new List<RedisKey>();
        await foreach (var key in connection.GetServers()[0].KeysAsync(pattern: "platform:kv:*"))
        {
            keys.Add(key);
        }

        return keys;
    }
}
