using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Observing;

/// <summary>What a guest writes and how it ends is in its app's log.</summary>
public sealed class LogTests(SharedPlatform platform)
{
    [Fact]
    public async Task Logs_GuestWrites_AreFollowedAndReadBack()
    {
        var tenant = await FaultyTenantAsync();
        using var cancel = new CancellationTokenSource(ServerProcess.Patience);
        using var follow = await FollowAsync(tenant, cancel.Token);
        using var response = await tenant.GetAsync("faults", "/log");
        var id = response.Headers.GetValues("platform-request-id").Single();

        var followed = await TakeAsync(follow, 4, cancel.Token);
        Assert.Equal(
            ["stderr err line 1", "stdout out line 1", "stdout out line 2", "stdout out line 3"],
            followed.Select(line => $"{line["stream"]} {line["text"]}").Order(StringComparer.Ordinal));
        Assert.All(followed, line => Assert.Equal(id, line["requestId"]!.GetValue<string>()));

        using var read = await tenant.ApiAsync(HttpMethod.Get, "faults", "/logs?limit=10");
        var page = await PlatformServer.ExpectAsync(read, HttpStatusCode.OK);
        Assert.Equal(4, page["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Logs_Trap_HasTheBacktraceAndTheRequestId()
    {
        var tenant = await FaultyTenantAsync();
        using var cancel = new CancellationTokenSource(ServerProcess.Patience);
        using var follow = await FollowAsync(tenant, cancel.Token);
        using var response = await tenant.GetAsync("faults", "/trap");
        var line = Assert.Single(await TakeAsync(follow, 1, cancel.Token));
        Assert.Equal("platform", line["stream"]!.GetValue<string>());
        Assert.Equal(response.Headers.GetValues("platform-request-id").Single(), line["requestId"]!.GetValue<string>());
        Assert.Contains("unreachable", line["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("backtrace", line["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_ByWasiLogging_HaveTheirLevel()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("faults", "c-logging");
        using var cancel = new CancellationTokenSource(ServerProcess.Patience);
        using var follow = await FollowAsync(tenant, cancel.Token);
        using var response = await tenant.GetAsync("faults");
        Assert.Equal("logged\n", await response.Content.ReadAsStringAsync(cancel.Token));

        var lines = await TakeAsync(follow, 7, cancel.Token);
        Assert.Equal(
            ["trace shop: of trace", "debug shop: of debug", "info shop: of info", "warn shop: of warn", "error shop: of error", "critical shop: two\n    lines \\u{1b}[31m", "info no context"],
            lines.Select(static line => $"{line["stream"]} {line["text"]}"));

        using var read = await tenant.ApiAsync(HttpMethod.Get, "faults", "/logs?level=info");
        var page = await PlatformServer.ExpectAsync(read, HttpStatusCode.OK);
        Assert.Equal(["no context", "shop: of info"], page["items"]!.AsArray().Select(static line => line!["text"]!.GetValue<string>()));
    }

    private static async Task<HttpResponseMessage> FollowAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var response = await tenant.FollowLogsAsync("faults", cancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return response;
    }

    private static async Task<List<JsonNode>> TakeAsync(HttpResponseMessage follow, int count, CancellationToken cancellationToken)
    {
        var lines = new List<JsonNode>();
        var events = SseParser.Create(await follow.Content.ReadAsStreamAsync(cancellationToken)).EnumerateAsync(cancellationToken);
        await foreach (var item in events)
        {
            if (item.EventType == "message")
            {
                lines.Add(JsonNode.Parse(item.Data)!);
            }

            if (lines.Count == count)
            {
                break;
            }
        }

        return lines;
    }

    private async Task<Tenant> FaultyTenantAsync()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("faults", "c-faults");
        return tenant;
    }
}
