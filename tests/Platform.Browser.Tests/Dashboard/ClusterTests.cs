using Microsoft.Playwright;
using Platform.Cluster.Tests.Hosting;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>The dashboard behind gateways of their own, with more than one control plane.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task Pages_ThroughGateways_SurviveTheLossOfEachControlPlane_WithWhatWasTyped()
    {
        await using var cluster = await TestCluster.StartAsync(controls: 2, gateways: 1, workers: 1);
        var tenant = await cluster.Server.CreateTenantAsync("acme");
        await tenant.DeployAsync("hello", "c-hello");
        await using var visit = await DashboardVisit.StartAsync(cluster.Server.Url, cluster.Server.OperatorToken);
        await visit.OpenAsync("/t/acme/apps/hello/logs", "hello");
        visit.AssertClean();
        var text = visit.Page.GetByLabel("Text");

        // One of them had the circuit: whichever goes, the page comes back, and works.
        foreach (var control in cluster.Controls)
        {
            // Anew each time: what was searched for isn't kept any more.
            await text.FillAsync("needle");
            await control.StopAsync(ServerProcess.SigKill);
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Search" })).ToBeEnabledAsync(new() { Timeout = (float)ServerProcess.Patience.TotalMilliseconds });
            await Assertions.Expect(text).ToHaveValueAsync("needle", new() { Timeout = (float)ServerProcess.Patience.TotalMilliseconds });
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
            await visit.Page.GetByText("No line fits.").WaitForAsync();
            await control.StartAsync();
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Versions" }).ClickAsync();
            await visit.HeadingAsync("Traffic");
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Logs" }).ClickAsync();
        }
    }
}
