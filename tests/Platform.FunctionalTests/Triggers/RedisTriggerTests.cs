using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;
using Platform.Testing;

namespace Platform.FunctionalTests.Triggers;

/// <summary>Messages of channels run components.</summary>
public sealed class RedisTriggerTests(TriggersPlatform platform) : IClassFixture<TriggersPlatform>
{
    private const string Orders = "channel = \"orders\"";

    [Fact]
    public async Task Publish_OnAChannelOfThePlatform_RunsTheComponent()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("shop", Orders);
        await tenant.PublishAsync("orders", "first");
        await tenant.WaitForAsync("shop", handled: 1);
        await tenant.PublishAsync("orders", "second");
        await tenant.PublishAsync("others", "not for it");
        var trigger = Assert.Single(await tenant.WaitForAsync("shop", handled: 2))!;

        Assert.Equal("second", await tenant.KeptAsync("shop", "last"));
        Assert.Equal("2", await tenant.KeptAsync("shop", "count"));
        Assert.Equal(
            """{"channel":"orders","component":"main","address":null,"state":"subscribed","reason":null,"handled":2,"failed":0,"dropped":0}""", trigger.ToJsonString());
        var log = await tenant.LogAsync("shop");
        Assert.Contains("stdout message: first", log);
        Assert.Contains("stdout message: second", log);
        Assert.Equal(2, log.Count(static line => line.StartsWith("platform receipt: meter=1, version=1, fuel=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Publish_ToJavaScript_RunsIt()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.Tenant.DeployManifestAsync(
            "shop",
            """
            spin_manifest_version = 2
            [application]
            name = "shop"
            [[trigger.redis]]
            channel = "orders"
            component = { source = "main.wasm" }
            """,
            ("main.wasm", await File.ReadAllBytesAsync(Repository.Guest("js-events"))));
        await tenant.WaitAsync("shop", static redis => redis[0]!["state"]!.GetValue<string>() == "subscribed");
        await tenant.PublishAsync("orders", "sent");
        await tenant.PublishAsync("orders", "");
        await tenant.WaitForAsync("shop", handled: 1, failed: 1);
        var log = await tenant.LogAsync("shop");
        Assert.Contains("stdout message: sent", log);
        Assert.Contains("platform failed: the handler returned an error", log);
        using var request = await tenant.Tenant.GetAsync("shop");
        Assert.Equal(HttpStatusCode.NotFound, request.StatusCode);
    }

    [Fact]
    public async Task Publish_OnTheTenantsOwnRedis_RunsTheComponentAlsoAfterItsRestart()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("shop", $"channel = \"own/channel\"\naddress = \"{platform.Address}\"");
        Assert.Equal(1, await platform.PublishAsync("own/channel", "there"));
        var trigger = Assert.Single(await tenant.WaitForAsync("shop", handled: 1))!;
        Assert.Equal("there", await tenant.KeptAsync("shop", "last"));
        Assert.Equal($"redis://127.0.0.1:{platform.Redis.Port}", trigger["address"]!.GetValue<string>());

        await platform.RestartRedisAsync();
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        while (await TryPublishAsync("own/channel", "again") == 0)
        {
            await Task.Delay(50, patience.Token);
        }

        await tenant.WaitForAsync("shop", handled: 2);
        Assert.Equal("again", await tenant.KeptAsync("shop", "last"));
    }

    [Fact]
    public async Task Message_ThatFails_IsCountedAndLogged()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("shop", Orders);
        foreach (var message in (string[])["error", "trap", "loop"])
        {
            await tenant.PublishAsync("orders", message);
        }

        await tenant.WaitForAsync("shop", handled: 0, failed: 3);
        await tenant.PublishAsync("orders", "well");
        await tenant.WaitForAsync("shop", handled: 1, failed: 3);
        await tenant.PublishAsync("orders", new string('x', 500_001));
        await tenant.WaitForAsync("shop", handled: 1, failed: 3, dropped: 1);
        Assert.Equal("1", await tenant.KeptAsync("shop", "count"));
        var log = await tenant.LogAsync("shop");
        Assert.Contains("platform failed: the handler returned an error", log);
        Assert.Contains(log, static line => line.StartsWith("platform trap: ", StringComparison.Ordinal) && line.Contains("unreachable", StringComparison.Ordinal));
        Assert.Contains(log, static line => line.StartsWith("platform out of fuel: ", StringComparison.Ordinal));
        Assert.Contains("platform message of orders dropped: its 500001 bytes are more than the component's request-body-bytes", log);
    }

    [Fact]
    public async Task Messages_MoreThanTheQueueHolds_AreDroppedAndCounted()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("shop", $"channel = \"flood\"\naddress = \"{platform.Address}\"");
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => platform.PublishAsync("flood", "wait")));
        var trigger = Assert.Single(await tenant.WaitAsync("shop", static redis => Total(redis[0]!) == 50))!;
        Assert.InRange(trigger["handled"]!.GetValue<int>(), 5, 49);
        Assert.Equal(0, trigger["failed"]!.GetValue<int>());
        Assert.Contains(await tenant.LogAsync("shop"), static line => line.Contains("messages of flood dropped: 2 were running and 3, or 16777216 bytes, waiting", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Message_OfMegabyte_Arrives()
    {
        var tenant = await platform.NewTenantAsync();
        var manifest = TriggersTenant.Manifest(Orders).Replace("500_000", "1_048_576", StringComparison.Ordinal);
        await tenant.Tenant.DeployManifestAsync("shop", manifest, ("events.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-events"))));
        await tenant.WaitAsync("shop", static redis => redis[0]!["state"]!.GetValue<string>() == "subscribed");
        var message = new string('m', 1 << 20);
        await tenant.PublishAsync("orders", message);
        await tenant.WaitForAsync("shop", handled: 1);
        Assert.Equal(message, await tenant.KeptAsync("shop", "last"));

        // Asked first: a server that refuses closes the connection, on which the client still sends.
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tenants/{tenant.Tenant.Name}/channels/orders/messages")
        {
            Content = new StringContent(message + "m"),
            Headers = { { "Authorization", $"Bearer {tenant.Tenant.Token}" }, { "Expect", "100-continue" } },
        };
        using var larger = await platform.Server.Http.SendAsync(request);
        var problem = await PlatformServer.ExpectAsync(larger, HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal("A message may have at most 1048576 bytes.", problem["detail"]!.GetValue<string>());
        using var unknownLength = await tenant.TryPublishAsync("orders", new UnknownLengthContent(new ByteArrayContent(new byte[(1 << 20) + 1])));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, unknownLength.StatusCode);
    }

    [Fact]
    public async Task Message_OfAnotherTenantsChannel_DoesNotCome()
    {
        var (one, other) = (await platform.NewTenantAsync(), await platform.NewTenantAsync());
        await one.DeployAsync("shop", Orders);
        await other.DeployAsync("shop", Orders);
        await one.PublishAsync("orders", "of one");
        await one.WaitForAsync("shop", handled: 1);
        using var foreign = await other.TryPublishAsync("orders", new StringContent("by one"), one.Tenant.Token);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        await other.PublishAsync("orders", "of the other");
        await other.WaitForAsync("shop", handled: 1);
        Assert.Equal("1", await other.KeptAsync("shop", "count"));
        Assert.Equal("of one", await one.KeptAsync("shop", "last"));
    }

    [Fact]
    public async Task Publish_WithAnIdempotencyKey_IsPublishedOnce()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("shop", Orders);
        foreach (var _ in (int[])[1, 2])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tenants/{tenant.Tenant.Name}/channels/orders/messages")
            {
                Content = new StringContent("once"),
                Headers = { { "Authorization", $"Bearer {tenant.Tenant.Token}" }, { "Idempotency-Key", "order-1" } },
            };
            using var response = await platform.Server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        await tenant.PublishAsync("orders", "and more");
        await tenant.WaitForAsync("shop", handled: 2);
        Assert.Equal("2", await tenant.KeptAsync("shop", "count"));
    }

    [Theory]
    [InlineData("or%20ders")]
    [InlineData("or%2Fders")]
    [InlineData("or*ders")]
    public async Task Publish_OnWhatIsNoChannel_IsRefused(string channel)
    {
        var tenant = await platform.NewTenantAsync();
        using var response = await tenant.TryPublishAsync(channel, new StringContent("x"));
        var problem = await PlatformServer.ExpectAsync(response, HttpStatusCode.BadRequest);
        Assert.Equal("A channel's name has 1 to 128 letters, digits, '.', '_', ':' and '-'.", problem["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task Publish_ByAViewer_IsRefused()
    {
        var tenant = await platform.NewTenantAsync();
        using var created = await platform.Server.SendAsync(
            HttpMethod.Post, $"/v1/tenants/{tenant.Tenant.Name}/tokens", platform.Server.OperatorToken, JsonContent.Create(new { name = "eyes", role = "viewer" }));
        var token = (await PlatformServer.ExpectAsync(created, HttpStatusCode.Created))["token"]!.GetValue<string>();
        using var response = await tenant.TryPublishAsync("orders", new StringContent("x"), token);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Deploy_OfOtherTriggers_ChangesTheSubscriptions()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("shop", $"channel = \"before\"\naddress = \"{platform.Address}\"", Orders);
        await tenant.DeployAsync("shop", $"channel = \"after\"\naddress = \"{platform.Address}\"", Orders);
        await WaitForSubscribersAsync("before", 0);
        Assert.Equal(1, await platform.PublishAsync("after", "x"));
        await tenant.PublishAsync("orders", "y");
        await tenant.WaitForAsync("shop", handled: 2);

        using var deleted = await platform.Server.SendAsync(
            HttpMethod.Delete, $"/v1/tenants/{tenant.Tenant.Name}/apps/shop?purge=true", platform.Server.OperatorToken);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await WaitForSubscribersAsync("after", 0);
        await tenant.DeployAsync("shop", Orders);
        await tenant.WaitForAsync("shop", handled: 0);
    }

    [Fact]
    public async Task Server_ThatIsNotReached_IsSaidAndTriedAgain()
    {
        var tenant = await platform.NewTenantAsync();
        int port;
        await using (var gone = await RedisServer.StartAsync())
        {
            port = gone.Port;
        }

        var manifest = TriggersTenant.Manifest(
            $"channel = \"late\"\naddress = \"redis://:{RedisServer.Password}@127.0.0.1:{port}\"", "channel = \"inside\"\naddress = \"redis://10.1.2.3\"");
        await tenant.Tenant.DeployManifestAsync("shop", manifest, ("events.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-events"))));
        var triggers = await tenant.WaitAsync("shop", static redis => redis.All(static trigger => trigger!["reason"] is not null));
        Assert.Equal(["connecting", "connecting"], triggers.Select(static trigger => trigger!["state"]!.GetValue<string>()));
        Assert.Equal(
            ["no connection to the server", "the server's address is out of bounds here"], triggers.Select(static trigger => trigger!["reason"]!.GetValue<string>()));

        await using var late = await RedisServer.StartAsync(port);
        await tenant.WaitAsync("shop", static redis => redis[0]!["state"]!.GetValue<string>() == "subscribed");
    }

    [Theory]
    [InlineData("c-hello", "needs a component that exports fermyon:spin/inbound-redis, but the module is a http-component")]
    [InlineData("c-wagi", "needs a component that exports fermyon:spin/inbound-redis, but the module is a wagi-command")]
    public async Task Deploy_OfAComponentWithoutTheHandler_IsRefused(string guest, string why)
    {
        var tenant = await platform.NewTenantAsync();
        using var response = await tenant.Tenant.TryDeployManifestAsync(
            "shop", TriggersTenant.Manifest(Orders), ("events.wasm", await File.ReadAllBytesAsync(Repository.Guest(guest))));
        var problem = await PlatformServer.ExpectAsync(response, HttpStatusCode.UnprocessableEntity);
        Assert.Equal($"Component 'main': the trigger for the channel orders {why}.", problem["detail"]!.GetValue<string>());
    }

    private static long Total(JsonNode trigger) =>
        trigger["handled"]!.GetValue<long>() + trigger["failed"]!.GetValue<long>() + trigger["dropped"]!.GetValue<long>();

    private async Task<long> TryPublishAsync(string channel, string message)
    {
        try
        {
            return await platform.PublishAsync(channel, message);
        }
        catch (StackExchange.Redis.RedisException)
        {
            return 0;
        }
    }

    private async Task WaitForSubscribersAsync(string channel, long count)
    {
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        while (await platform.PublishAsync(channel, "anybody?") != count)
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
