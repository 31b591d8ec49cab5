using System.Net;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Deploying;

/// <summary>Versions change under requests.</summary>
public sealed class DeployUnderLoadTests(SharedPlatform platform)
{
    private const string Hello = "c-hello";
    private const string Faults = "c-faults";

    [Fact]
    public async Task Deploy_UnderLoad_DropsNoRequest()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("app", Hello);
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(() => CallUntilAsync(tenant, stop.Token))).ToArray();

        // Both answer 200 there, with bodies of their own: the switch is seen, and each answer must be whole.
        for (var round = 0; round < 5; round++)
        {
            await tenant.DeployAsync("app", Faults);
            Assert.StartsWith("chunk 0", await BodyAsync(tenant), StringComparison.Ordinal);
            await tenant.DeployAsync("app", Hello);
            Assert.StartsWith("Hello", await BodyAsync(tenant), StringComparison.Ordinal);
        }

        await stop.CancelAsync();
        var counts = await Task.WhenAll(clients);
        Assert.All(counts, count => Assert.True(count.Good > 0, "a client got no answer at all"));
        Assert.Equal([], counts.SelectMany(count => count.Bad));
    }

    [Fact]
    public async Task Deploy_WhileARequestRuns_ItFinishesOnItsVersion()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("app", Faults);
        using var running = await tenant.SendAsync("app", new HttpRequestMessage(HttpMethod.Get, "/slow"), HttpCompletionOption.ResponseHeadersRead);
        await tenant.DeployAsync("app", Hello);
        Assert.EndsWith("chunk 4\n", await running.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await tenant.ExpectHelloAsync("app");
    }

    [Fact]
    public async Task Rollback_AfterADeploy_BringsTheVersionBeforeBack()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("app", Hello);
        await tenant.DeployAsync("app", Faults);
        Assert.StartsWith("chunk 0", await BodyAsync(tenant), StringComparison.Ordinal);
        using var rolledBack = await tenant.ApiAsync(HttpMethod.Post, "app", "/rollback");
        await PlatformServer.ExpectAsync(rolledBack, HttpStatusCode.OK);
        Assert.StartsWith("Hello", await BodyAsync(tenant), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_ByItsNumber_AnswersOnItsOwnHost()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("app", Hello);
        await tenant.DeployAsync("app", Faults);
        using var first = await platform.Server.GetAppAsync($"app--v1--{tenant.Name}.localhost", "/slow");
        Assert.StartsWith("Hello", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var second = await platform.Server.GetAppAsync($"app--v2--{tenant.Name}.localhost", "/slow");
        Assert.StartsWith("chunk 0", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> BodyAsync(Tenant tenant)
    {
        using var response = await tenant.GetAsync("app", "/slow");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<(int Good, List<string> Bad)> CallUntilAsync(Tenant tenant, CancellationToken stop)
    {
        var good = 0;
        var bad = new List<string>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var response = await tenant.GetAsync("app", "/slow");
                var body = await response.Content.ReadAsStringAsync(CancellationToken.None);
                if (response.StatusCode == HttpStatusCode.OK && (body == "Hello from WebAssembly\n" || body.EndsWith("chunk 4\n", StringComparison.Ordinal)))
                {
                    good++;
                }
                else
                {
                    bad.Add($"{(int)response.StatusCode}: {body}");
                }
            }
            catch (HttpRequestException e)
            {
                bad.Add(e.Message);
            }
        }

        return (good, bad);
    }
}
