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

        // Until it is told to stop, which it answers with its counts. Its timeout (2 s unless set) is no part of this test.
        var script = Path.Combine(Repository.Root, "tests", "Platform.FunctionalTests", "Deploying", "whole.lua");
        await using var wrk = ServerProcess.Start(
            "wrk",
            ["-t1", "-c8", "-d600s", "--timeout", "60s", "-s", script, "-H", $"Host: {tenant.HostOf("app")}", new Uri(platform.Server.Url, "/slow").ToString()],
            [],
            Path.GetTempPath());

        await wrk.LineAsync("first of Hello");

        // Both answer 200 there, with bodies of their own: the switch is seen, and each answer must be whole.
        for (var round = 0; round < 5; round++)
        {
            await tenant.DeployAsync("app", Faults);
            Assert.StartsWith("chunk 0", await BodyAsync(tenant), StringComparison.Ordinal);
            await wrk.LineAsync("first of chunks");
            await tenant.DeployAsync("app", Hello);
            Assert.StartsWith("Hello", await BodyAsync(tenant), StringComparison.Ordinal);
        }

        wrk.Signal(ServerProcess.SigInt);
        Assert.Equal(0, await wrk.WaitForExitAsync());
        Assert.Matches(@"[1-9]\d* of Hello, [1-9]\d* of chunks, 0 others", wrk.Output);
        Assert.DoesNotContain("Socket errors", wrk.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", wrk.Output, StringComparison.Ordinal);
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
}
