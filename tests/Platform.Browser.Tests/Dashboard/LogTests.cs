using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>An app's log and requests at the dashboard.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task Lines_OfATrap_AreFound_AndFollowedLive()
    {
        await Shell.RunAsync("tests/axe/tools.sh");
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("broken", "c-faults");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;

        await visit.OpenAsync("/t/acme/apps/broken/logs", "broken");
        await visit.HeadingAsync("No line yet");
        await visit.InspectAsync("no-log");

        // Live: what comes after one began to follow.
        await page.GetByRole(AriaRole.Button, new() { Name = "Follow live" }).ClickAsync();
        await page.GetByText("Following. 0 lines came.").WaitForAsync();
        using (await tenant.GetAsync("broken", "/trap"))
        {
        }

        await page.GetByRole(AriaRole.Log).GetByText("wasm trap").First.WaitForAsync();
        await visit.InspectAsync("tail");

        // And as history.
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop following" }).ClickAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Log" }).GetByText("wasm trap").First.WaitForAsync();
        await visit.InspectAsync("log");
        visit.AssertClean();
    }
}
