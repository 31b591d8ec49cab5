using System.Net;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Triggers;

/// <summary>A tenant with apps of the guest <c>c-events</c>.</summary>
internal sealed class TriggersTenant(PlatformServer server, Tenant tenant)
{
    public Tenant Tenant => tenant;

    /// <summary>Deploys an app whose component gets what comes on these triggers (lines of TOML each), and waits until it is subscribed.</summary>
    public async Task DeployAsync(string app, params string[] triggers)
    {
        await tenant.DeployManifestAsync(app, Manifest(triggers), ("events.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-events"))));
        await WaitAsync(app, static redis => redis.All(static trigger => trigger!["state"]!.GetValue<string>() == "subscribed"));
    }

    public static string Manifest(params string[] triggers) =>
        $$"""
        spin_manifest_version = 2
        [application]
        name = "events"
        [application.tool.platform]
        receipts = true
        {{string.Concat(triggers.Select(static trigger => $"[[trigger.redis]]\ncomponent = \"main\"\n{trigger}\n"))}}
        [[trigger.http]]
        route = "/..."
        component = "main"
        [component.main]
        source = "events.wasm"
        key_value_stores = ["default"]
        [component.main.tool.platform]
        fuel = 20_000_000
        request-body-bytes = 500_000
        """;

    /// <summary>Publishes on a channel of the platform.</summary>
    public async Task PublishAsync(string channel, string message)
    {
        using var response = await TryPublishAsync(channel, new StringContent(message));
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    public Task<HttpResponseMessage> TryPublishAsync(string channel, HttpContent content, string? token = null) =>
        server.SendAsync(HttpMethod.Post, $"/v1/tenants/{tenant.Name}/channels/{channel}/messages", token ?? tenant.Token, content);

    /// <summary>What the guest keeps under a key; null for nothing.</summary>
    public async Task<string?> KeptAsync(string app, string key)
    {
        using var response = await tenant.GetAsync(app, $"/{key}");
        return response.StatusCode == HttpStatusCode.NotFound ? null : await response.Content.ReadAsStringAsync();
    }

    public async Task<JsonArray> TriggersAsync(string app)
    {
        using var response = await tenant.ApiAsync(HttpMethod.Get, app, "/triggers");
        return (await PlatformServer.ExpectAsync(response, HttpStatusCode.OK))["redis"]!.AsArray();
    }

    /// <summary>Waits until an app's Redis triggers are as they should be.</summary>
    public async Task<JsonArray> WaitAsync(string app, Func<JsonArray, bool> condition)
    {
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        while (true)
        {
            var triggers = await TriggersAsync(app);
            if (condition(triggers))
            {
                return triggers;
            }

            Assert.False(patience.IsCancellationRequested, triggers.ToJsonString());
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until so many messages of the only trigger have ended so.</summary>
    public Task<JsonArray> WaitForAsync(string app, int handled, int failed = 0, int dropped = 0) => WaitAsync(
        app, redis => (Count(redis, "handled"), Count(redis, "failed"), Count(redis, "dropped")) == (handled, failed, dropped));

    /// <summary>Lines of the app's log, <c>STREAM TEXT</c>.</summary>
    public async Task<List<string>> LogAsync(string app)
    {
        using var response = await tenant.ApiAsync(HttpMethod.Get, app, "/logs?limit=100");
        var page = await PlatformServer.ExpectAsync(response, HttpStatusCode.OK);
        return [.. page["items"]!.AsArray().Select(static line => $"{line!["stream"]} {line["text"]}")];
    }

    private static long Count(JsonArray redis, string name) => redis.Sum(trigger => trigger![name]!.GetValue<long>());
}
