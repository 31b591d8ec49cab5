using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Platform.Cluster.Tests.Hosting;
using Platform.FunctionalTests.Metering;

namespace Platform.Cluster.Tests.Running;

/// <summary>A tenant's rate on several workers. How close they come to it is asked over simulated time (SharedRateTests); here, that they share it by a real Redis, and go on without.</summary>
public sealed class RateTests
{
    private const int Rate = 20, Apps = 12, Workers = 3;

    [Fact]
    public async Task Rate_OfATenantOnAllWorkers_IsOneRate_AlsoWhenRedisGoes()
    {
        await using var cluster = await TestCluster.StartAsync(workers: Workers);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        for (var app = 0; app < Apps; app++)
        {
            await tenant.DeployAsync($"app{app}", "c-hello");
        }

        using (var quota = await cluster.Server.SendAsync(
            HttpMethod.Patch, "/v1/tenants/acme", cluster.Server.OperatorToken, JsonContent.Create(new { quota = new { requestsPerSecond = Rate, burst = Rate } })))
        {
            Assert.Equal(HttpStatusCode.OK, quota.StatusCode);
        }

        using var load = new ClusterLoad(6, (client, i) => tenant.GetAsync($"app{(client + i) % Apps}"));
        await load.WaitForAsync(100);
        await ExpectRateAsync(load);
        await cluster.StopRedisAsync();
        await ExpectRateAsync(load);
        Assert.All(await load.StopAsync(), static status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, status.ToString()));
    }

    // Each for itself they would give three times as much. How busy the machine is tells only how long it takes.
    private static async Task ExpectRateAsync(ClusterLoad load)
    {
        const int Seconds = 8;
        var (before, since) = (load.Count(HttpStatusCode.OK), Stopwatch.StartNew());
        await Waiting.ForAsync(() => Task.FromResult(load.Count(HttpStatusCode.OK) >= before + (Rate * Seconds)), $"{Seconds} seconds' worth of answers");
        var given = load.Count(HttpStatusCode.OK) - before;
        Assert.InRange(given, Rate * Seconds, Rate * (since.Elapsed.TotalSeconds + Workers));
    }
}
