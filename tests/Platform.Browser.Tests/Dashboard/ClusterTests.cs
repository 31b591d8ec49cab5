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
            await SearchAsync(visit.Page, text);
            await control.StartAsync();
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Versions" }).ClickAsync();
            await visit.HeadingAsync("Traffic");
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Logs" }).ClickAsync();
        }
    }

    /// <summary>Searches, and again if that came to nothing: a click while the connection ends is lost with it. What was typed isn't.</summary>
    private static async Task SearchAsync(IPage page, ILocator text)
    {
        var patience = new LocatorAssertionsToBeEnabledOptions { Timeout = (float)ServerProcess.Patience.TotalMilliseconds };
        var search = page.GetByRole(AriaRole.Button, new() { Name = "Search" });
        for (var attempt = 1; ; attempt++)
        {
            await Assertions.Expect(search).ToBeEnabledAsync(patience);
            await Assertions.Expect(text).ToHaveValueAsync("needle", new() { Timeout = patience.Timeout });
            await search.ClickAsync();
            try
            {
                await page.GetByText("No line fits.").WaitForAsync();
                return;
            }
            catch (TimeoutException) when (attempt < 3)
            {
                // Clicked into a connection that ended; the last attempt's failure is the test's.
            }
        }
    }
}
