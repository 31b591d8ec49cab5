using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Platform.Cluster.Tests.Hosting;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;

namespace Platform.Cluster.Tests.Running;

/// <summary>A tenant's requests at once on several workers. How they share them is asked exchange by exchange (SharedPlacesTests); here, that they do, by a real Redis, and go on without.</summary>
public sealed class ConcurrencyTests
{
    private const int Total = 6, Apps = 12, Workers = 3;

    // The wall time of each.
    private static readonly TimeSpan s_asleep = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Total_OfATenantOnAllWorkers_IsOneTotal_AlsoWhenRedisGoes()
    {
        await using var cluster = await TestCluster.StartAsync(workers: Workers);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        var faults = await File.ReadAllBytesAsync(Repository.Guest("c-faults"));
        for (var app = 0; app < Apps; app++)
        {
            await tenant.DeployManifestAsync($"app{app}", Manifests.For("faults.wasm", tool: "wall-ms = 1000"), ("faults.wasm", faults));
        }

        using (var quota = await cluster.Server.SendAsync(
            HttpMethod.Patch, "/v1/tenants/acme", cluster.Server.OperatorToken, JsonContent.Create(new { quota = new { totalConcurrency = Total } })))
        {
            Assert.Equal(HttpStatusCode.OK, quota.StatusCode);
        }

        // Each client waits a moment after it was refused: they aren't there to keep the machine busy.
        using var load = new ClusterLoad(24, async (client, i) =>
        {
            var response = await tenant.GetAsync($"app{(client + i) % Apps}", "/sleep");
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(50);
            }

            return response;
        });

        // Those that workers let in before they heard of each other have ended.
        await Waiting.ForAsync(() => Task.FromResult(load.Count(HttpStatusCode.GatewayTimeout) >= Total * (Workers + 1)), "the first to end");
        await ExpectTotalAsync(load);
        await cluster.StopRedisAsync();
        await ExpectTotalAsync(load);
        Assert.All(await load.StopAsync(), static status => Assert.True(status is HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests, status.ToString()));
    }

    // Each sleeps until its time is over: so many at once end so many in that time, and each worker for itself would have three times as many. How busy the machine is tells only how long it takes.
    private static async Task ExpectTotalAsync(ClusterLoad load)
    {
        const int Turns = 8;
        var (before, since) = (load.Count(HttpStatusCode.GatewayTimeout), Stopwatch.StartNew());
        await Waiting.ForAsync(() => Task.FromResult(load.Count(HttpStatusCode.GatewayTimeout) >= before + (Total * Turns)), $"{Turns} turns' worth of answers");
        var given = load.Count(HttpStatusCode.GatewayTimeout) - before;
        Assert.InRange(given, Total * Turns, Total * ((since.Elapsed / s_asleep) + 2));
    }
}
