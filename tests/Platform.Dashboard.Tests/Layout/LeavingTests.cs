using Bunit;
using Platform.Contracts.Api;
using Platform.Dashboard.Tests.Hosting;

namespace Platform.Dashboard.Tests.Layout;

public class LeavingTests
{
    [Fact]
    public async Task Page_LeftWhileItChangesSomething_DoesNotFailTheNextOne()
    {
        await using var context = new DashboardContext();
        const string App = "/v1/tenants/acme/apps/hello";
        context.Api.Answer($"GET {App}/versions?limit=25", new Page<VersionResource>([TestVersions.Awaiting(2)], null));
        context.Api.Answer($"GET {App}/traffic", new TrafficResource([]));
        var approved = context.Api.Hold($"POST {App}/versions/2/approve", new { });
        var dashboard = context.Open("/t/acme/apps/hello/versions");
        dashboard.WaitForElement("main table");

        var click = dashboard.FindAll("button").Single(static button => button.TextContent.Contains("Approve version 2", StringComparison.Ordinal)).ClickAsync();
        await context.Api.AskedAsync($"POST {App}/versions/2/approve");
        await dashboard.InvokeAsync(() => context.Go("/t/acme"));
        Assert.Equal("Apps of acme", dashboard.Find("h1").TextContent);
        approved.SetResult();
        await click;

        Assert.Empty(context.Failures.All);
        Assert.Equal("Apps of acme", dashboard.Find("h1").TextContent);
    }

    /// <summary>The page's script is on its way to the browser while the page is left.</summary>
    [Fact]
    public async Task DeployPanel_LeftBeforeItsScriptIsThere_LetsGoOfIt()
    {
        await using var context = new DashboardContext();
        var browser = context.UseBrowser();
        var script = browser.Hold("upload.js");
        context.Api.Answer("GET /v1/tenants/acme/apps?limit=50", new Page<AppResource>([], null));
        var dashboard = context.Open("/t/acme/apps/hello/deploy");
        await browser.AskedAsync("upload.js");

        await dashboard.InvokeAsync(() => context.Go("/operator/token"));
        script.SetResult();
        await browser.DisposedAsync("upload.js");
        Assert.DoesNotContain(browser.Calls, static call => call == "upload.js attach");
        Assert.Empty(context.Failures.All);
    }
}
