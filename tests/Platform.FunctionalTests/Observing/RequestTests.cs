using System.Net;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;

namespace Platform.FunctionalTests.Observing;

/// <summary>What is kept of requests, and their series, from a guest to the API.</summary>
public sealed class RequestTests(SharedPlatform platform)
{
    [Fact]
    public async Task Requests_OfAnAppWithoutReceipts_AreKept_TheTrapWithItsBacktraceAndLines()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("faults", "c-faults");
        using var trap = await tenant.GetAsync("faults", "/trap?token=secret");
        Assert.Equal(HttpStatusCode.InternalServerError, trap.StatusCode);
        using var fine = await tenant.GetAsync("faults", "/log");
        Assert.False(fine.Headers.Contains("platform-receipt"));

        var trapped = await RequestPages.GetAsync(tenant, "faults", IdOf(trap), lines: 1);
        Assert.Equal(("trap", 500, "/trap", "GET"), (Text(trapped, "outcome"), trapped["status"]!.GetValue<int>(), Text(trapped, "path"), Text(trapped, "method")));
        Assert.Contains("unreachable", Text(trapped, "trap"), StringComparison.Ordinal);
        Assert.Contains("wasm backtrace", Text(trapped, "trap"), StringComparison.Ordinal);
        Assert.True(trapped["receipt"]!["fuel"]!.GetValue<long>() > 0);
        Assert.Equal(["request", "queue", "instantiate", "run"], trapped["spans"]!.AsArray().Select(static span => Text(span!, "name")).Where(static name => name != "load"));
        Assert.DoesNotContain("secret", trapped.ToJsonString(), StringComparison.Ordinal);

        var logged = await RequestPages.GetAsync(tenant, "faults", IdOf(fine), lines: 4);
        Assert.Equal("2xx", Text(logged, "outcome"));
        Assert.Null(logged["trap"]);

        // Another tenant has neither.
        var other = await platform.NewTenantAsync();
        await other.DeployAsync("faults", "c-faults");
        using var foreign = await other.ApiAsync(HttpMethod.Get, "faults", "/requests/" + IdOf(trap));
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
    }

    [Fact]
    public async Task Metrics_OfAnApp_CountItsRequestsOnce()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("faults", "c-faults");
        for (var i = 0; i < 20; i++)
        {
            using var response = await tenant.GetAsync("faults", i % 5 == 0 ? "/trap" : "/log");
        }

        JsonArray points = [];
        await Waiting.ForAsync(
            async () =>
            {
                using var response = await tenant.ApiAsync(HttpMethod.Get, "faults", "/metrics?resolution=hour");
                points = (await PlatformServer.ExpectAsync(response, HttpStatusCode.OK))["points"]!.AsArray();
                return Sum("requests") >= 20;
            },
            () => points.ToJsonString());
        Assert.Equal((20, 4, 0), (Sum("requests"), Sum("errors"), Sum("throttled")));
        Assert.All(points, static point => Assert.True(point!["p50Ms"]!.GetValue<double>() > 0 && point["fuel"]!.GetValue<long>() > 0 && point["memoryBytes"]!.GetValue<long>() > 0));

        long Sum(string name) => points.Sum(point => point![name]!.GetValue<long>());
    }

    private static string IdOf(HttpResponseMessage response) => response.Headers.GetValues("platform-request-id").Single();

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
