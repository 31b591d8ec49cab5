using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;
using Platform.Testing;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>Signing in at an OpenID Connect authority, by the pages' own buttons.</summary>
public sealed class AuthorityTests
{
    [Fact]
    public async Task Member_JoinsAndSignsIn_AtTheAuthority_AndComesBackToThePageThatWasAskedFor()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var authority = await Authority.StartAsync();
        await using var platform = await StartAsync(authority);
        await using var visit = await StartAsync(platform, authority);
        var page = visit.Page;

        await page.GotoAsync(await InviteAsync(platform));
        await visit.HeadingAsync("Join");
        await visit.InspectAsync("join-authority");
        await page.GetByRole(AriaRole.Button, new() { Name = "Join with your organization" }).ClickAsync();
        await visit.SignedInAsync();
        await visit.HeadingAsync("Apps of acme");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.HeadingAsync("Sign in");

        await visit.OpenAsync("/t/acme/usage?days=7", "Sign in");
        await visit.InspectAsync("sign-in-authority");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with your organization" }).ClickAsync();
        await visit.HeadingAsync("Usage and quota of acme");
        Assert.EndsWith("/t/acme/usage?days=7", page.Url, StringComparison.Ordinal);
        visit.AssertClean();
    }

    [Fact]
    public async Task Authority_ThatSignsNobodyIn_LeadsBackToTheWayIn_WithWords()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var authority = await Authority.StartAsync();
        await using var platform = await StartAsync(authority);
        await using var visit = await StartAsync(platform, authority);
        var page = visit.Page;
        await page.GotoAsync(await InviteAsync(platform));
        await page.GetByRole(AriaRole.Button, new() { Name = "Join with your organization" }).ClickAsync();
        await visit.SignedInAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.HeadingAsync("Sign in");

        authority.Denies = true;
        await visit.OpenAsync("/t/acme/members", "Sign in");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with your organization" }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).GetByText("The authority did not sign you in").WaitForAsync();
        Assert.DoesNotContain("planted", await page.ContentAsync(), StringComparison.Ordinal);
        await visit.InspectAsync("authority-refused");

        // Where one wanted to go isn't lost by it.
        authority.Denies = false;
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with your organization" }).ClickAsync();
        await visit.HeadingAsync("Members of acme");
        visit.AssertClean();
    }

    [Fact]
    public async Task SomebodyOfTheAuthority_WhoIsNoUserHere_IsToldSo_AndAUsedInvitationToo()
    {
        await using var authority = await Authority.StartAsync();
        await using var platform = await StartAsync(authority);
        await using var visit = await StartAsync(platform, authority);
        var page = visit.Page;

        await visit.OpenAsync("/t/acme", "Sign in");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with your organization" }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).GetByText("no user of this platform").WaitForAsync();

        var link = await InviteAsync(platform);
        await page.GotoAsync(link);
        await page.GetByRole(AriaRole.Button, new() { Name = "Join with your organization" }).ClickAsync();
        await visit.HeadingAsync("Apps of acme");
        authority.Subject = "another";
        await using var other = await StartAsync(platform, authority);
        await other.Page.GotoAsync(link);
        await other.Page.GetByRole(AriaRole.Button, new() { Name = "Join with your organization" }).ClickAsync();
        await other.Page.GetByRole(AriaRole.Alert).GetByText("The invitation wasn't accepted").WaitForAsync();
        visit.AssertClean();
        other.AssertClean();
    }

    private static Task<PlatformServer> StartAsync(Authority authority) => PlatformServer.StartAsync(settings: new Dictionary<string, string>
    {
        ["Platform__Oidc__Authority"] = authority.Issuer.AbsoluteUri,
        ["Platform__Oidc__ClientId"] = Authority.ClientId,
    });

    private static async Task<DashboardVisit> StartAsync(PlatformServer platform, Authority authority)
    {
        var visit = await DashboardVisit.StartAsync(platform.Url);
        visit.Elsewhere.Add(authority.Issuer.Authority);
        return visit;
    }

    /// <summary>A tenant, once, and the link for somebody invited to it.</summary>
    private static async Task<string> InviteAsync(PlatformServer platform)
    {
        await platform.CreateTenantAsync("acme");
        using var invited = await platform.SendAsync(HttpMethod.Post, "/v1/tenants/acme/members", platform.OperatorToken, JsonContent.Create(new { email = "jo@example.com", role = "owner" }));
        return (await PlatformServer.ExpectAsync(invited, HttpStatusCode.Created))["link"]!.GetValue<string>();
    }
}
