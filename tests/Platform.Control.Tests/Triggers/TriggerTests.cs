using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;
using Platform.Control.Triggers;

namespace Platform.Control.Tests.Triggers;

/// <summary>What the API says of triggers and channels while it has no Redis; with one, the functional tests try it.</summary>
public sealed class TriggerTests
{
    private const string Redis =
        """
        spin_manifest_version = 2
        [application]
        name = "shop"
        [[trigger.redis]]
        channel = "orders"
        component = "main"
        [component.main]
        source = "main.wasm"
        """;

    [Fact]
    public async Task Publish_WithoutRedis_IsUnavailableForNow()
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");
        using var response = await server.Operator.PostAsync("/v1/tenants/acme/channels/orders/messages", new StringContent("x"));
        await response.ProblemAsync(503, "redis-unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Triggers_OfRequestsOnly_NeedNoRedis()
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");
        await server.Operator.DeployAsync("acme", "shop", Api.Wasm());
        var triggers = await server.Operator.GetAsync<TriggersResource>("/v1/tenants/acme/apps/shop/triggers");
        Assert.Equal([new HttpTriggerResource("/...", "default")], triggers.Http);
        Assert.Empty(triggers.Redis);
        using var none = await server.Operator.GetAsync("/v1/tenants/acme/apps/none/triggers");
        await none.ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Deploy_OfATriggerThatTheModuleCantHandle_IsRefused()
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");
        using var messages = Api.Form(Redis, ("main.wasm", Api.Wasm()));
        using var refused = await server.Operator.PostAsync("/v1/tenants/acme/apps/shop/deploy", messages);
        Assert.Contains(
            "Component 'main': the trigger for the channel orders needs a component that exports fermyon:spin/inbound-redis, but the module is a http-component.",
            await refused.ProblemAsync(422, "module-refused"),
            StringComparison.Ordinal);
        using var requests = await server.Operator.PostDeployAsync("acme", "shop", Api.Wasm("redis"));
        Assert.Contains(
            "Component 'default': the route /... needs a component that exports wasi:http/incoming-handler, or a preview1 command, but the module is a redis-component.",
            await requests.ProblemAsync(422, "module-refused"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploy_OfARedisTrigger_IsACapability()
    {
        await using var server = await ControlServer.StartAsync();
        await server.CreateTenantAsync("acme");
        var address = Redis.Replace("component =", "address = \"redis://user:secret@redis.example.com\"\ncomponent =", StringComparison.Ordinal);
        foreach (var (manifest, capability) in ((string, string)[])[(Redis, "main: messages of orders"), (address, "main: messages of orders on redis://redis.example.com")])
        {
            using var form = Api.Form(manifest, ("main.wasm", Api.Wasm("redis")));
            using var response = await server.Operator.PostAsync("/v1/tenants/acme/apps/shop/deploy", form);
            Assert.Equal([capability], (await response.ReadAsync<DeployResource>(201)).Capabilities);
        }
    }

    [Theory]
    [InlineData("redis://redis.example.com:6379/1", "redis://redis.example.com:6379/1")]
    [InlineData("redis://:secret@redis.example.com", "redis://redis.example.com")]
    [InlineData("rediss://user:se@cret@redis.example.com", "rediss://redis.example.com")]
    [InlineData("redis://{{ user }}:{{ password }}@{{ host }}", "redis://{{ host }}")]
    [InlineData("{{ address }}", "{{ address }}")]
    public void Address_IsSaidWithoutItsUser(string address, string said) => Assert.Equal(said, TriggerEndpoints.WithoutUser(address));
}
