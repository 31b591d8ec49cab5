using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>Signing in and out, and what there is then.</summary>
public sealed class SignInTests
{
    [Fact]
    public async Task OperatorsToken_OnANewPlatform_SignsIn_AndOutAgain()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        await visit.HeadingAsync("No tenant yet");
        await visit.Page.GetByText("/v1/tenants").First.WaitForAsync();
        await visit.InspectAsync("no-tenant");

        await platform.CreateTenantAsync("acme");
        await visit.OpenAsync("/", "Tenants");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "acme" }).ClickAsync();
        await visit.HeadingAsync("No app yet");
        await visit.Page.GetByText("/v1/tenants/acme/apps/hello/deploy").First.WaitForAsync();
        await visit.InspectAsync("no-app");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.HeadingAsync("Sign in with an API token");
        await visit.InspectAsync("sign-in");
        await visit.Page.GotoAsync(new Uri(platform.Url, "/t/acme").AbsoluteUri);
        await visit.HeadingAsync("Sign in with an API token");
        Assert.EndsWith("/sign-in?returnUrl=%2Ft%2Facme", visit.Page.Url, StringComparison.Ordinal);

        // Where one wanted to go is where one is then.
        await visit.Page.GetByLabel("Token").FillAsync(platform.OperatorToken);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the token" }).ClickAsync();
        await visit.HeadingAsync("Apps of acme");
        visit.AssertClean();
    }

    /// <summary>Whatever the link said that somebody followed to sign in: they stay at the platform (B18).</summary>
    [Fact]
    public async Task ReturnUrl_ThatLeadsElsewhere_EndsAtTheStart()
    {
        await using var platform = await PlatformServer.StartAsync();
        await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        foreach (var hostile in (string[])
        [
            "//evil.test", "/\\evil.test", "/.//evil.test", "/..//evil.test", "/a/..//evil.test", "/a/../\\evil.test", "/%2e//evil.test", "/\t/evil.test", "/./\t/evil.test",
            "https://evil.test/", "javascript:document.title='evil'", "http://[", "evil.test",
        ])
        {
            await visit.OpenAsync($"/sign-in?returnUrl={Uri.EscapeDataString(hostile)}", "Sign in with an API token");
            await visit.Page.GetByLabel("Token").FillAsync(platform.OperatorToken);
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the token" }).ClickAsync();
            await visit.HeadingAsync("Tenants");
            Assert.True(visit.Page.Url == platform.Url.AbsoluteUri, $"{hostile} led to {visit.Page.Url}");
        }

        visit.AssertClean();
    }
}
