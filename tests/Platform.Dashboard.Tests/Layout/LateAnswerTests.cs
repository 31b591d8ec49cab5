using Bunit;
using Platform.Contracts.Api;
using Platform.Dashboard.Tests.Hosting;

namespace Platform.Dashboard.Tests.Layout;

public class LateAnswerTests
{
    [Fact]
    public async Task Apps_OfTheTenantBefore_ThatAnswerLate_AreNotAmongThoseOfTheNext()
    {
        await using var context = new DashboardContext();
        var late = context.Api.Hold("GET /v1/tenants/acme/apps?limit=50", Apps("old"));
        context.Api.Answer("GET /v1/tenants/beta/apps?limit=50", Apps("new"));
        var dashboard = context.Open("/t/acme");
        await context.Api.AskedAsync("GET /v1/tenants/acme/apps?limit=50");

        await dashboard.InvokeAsync(() => context.Go("/t/beta"));
        dashboard.WaitForElement("a[href='/t/beta/apps/new']");
        late.SetResult();
        await context.Api.AnsweredAsync("GET /v1/tenants/acme/apps?limit=50");

        // It gets to the page by the pool's threads, and then by the page's own.
        for (var turn = 0; turn < 100; turn++)
        {
            await Task.Run(static () => { });
            await dashboard.InvokeAsync(static () => { });
        }

        Assert.Equal(["new"], dashboard.FindAll("main tbody th").Select(static row => row.TextContent.Trim()));
        Assert.Empty(context.Failures.All);
    }

    [Fact]
    public async Task Page_OfAnotherTenant_BeginsWithNothingOfTheOneBefore()
    {
        await using var context = new DashboardContext();
        context.Api.Answer("GET /v1/tenants/acme/apps?limit=50", Apps("old"));
        context.Api.Hold("GET /v1/tenants/beta/apps?limit=50", Apps("new"));
        var dashboard = context.Open("/t/acme");
        dashboard.WaitForElement("a[href='/t/acme/apps/old']");
        await dashboard.InvokeAsync(() => context.Go("/t/beta"));
        await context.Api.AskedAsync("GET /v1/tenants/beta/apps?limit=50");
        Assert.Equal("Apps of beta", dashboard.Find("h1").TextContent);
        Assert.Empty(dashboard.FindAll("main tbody th"));
    }

    [Fact]
    public async Task Change_OfAnApp_ThatAnswersLate_IsNotSaidOfTheNextApp()
    {
        await using var context = new DashboardContext();
        foreach (var app in (string[])["one", "two"])
        {
            context.Api.Answer($"GET /v1/tenants/acme/apps/{app}/versions?limit=25", new Page<VersionResource>([TestVersions.Awaiting(2)], null));
            context.Api.Answer($"GET /v1/tenants/acme/apps/{app}/traffic", new TrafficResource([]));
        }

        var approved = context.Api.Hold("POST /v1/tenants/acme/apps/one/versions/2/approve", new { });
        var dashboard = context.Open("/t/acme/apps/one/versions");
        dashboard.WaitForElement("main table");
        var click = dashboard.FindAll("button").Single(static button => button.TextContent.Contains("Approve version 2", StringComparison.Ordinal)).ClickAsync();
        await context.Api.AskedAsync("POST /v1/tenants/acme/apps/one/versions/2/approve");
        await dashboard.InvokeAsync(() => context.Go("/t/acme/apps/two/versions"));
        dashboard.WaitForElement("main table");
        approved.SetResult();
        await click;
        Assert.DoesNotContain("is approved", dashboard.Find("main").TextContent, StringComparison.Ordinal);
        Assert.Empty(context.Failures.All);
    }

    private static Page<AppResource> Apps(string name) => new([new AppResource(name, "http://app", 1, DateTimeOffset.UnixEpoch)], null);
}
