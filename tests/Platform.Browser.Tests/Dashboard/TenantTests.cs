using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>A tenant's members, tokens, usage, audit trail and settings at the dashboard.</summary>
public sealed class TenantTests
{
    private const string Password = "a password of the tests";

    [Fact]
    public async Task Member_InvitedOnThePage_JoinsByTheLink_AndIsRemoved()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        await visit.OpenAsync("/t/acme/members", "Members of acme");
        await visit.HeadingAsync("No member yet");

        await page.GetByLabel("E-mail").FillAsync("jo@example.com");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Role", Exact = true }).SelectOptionAsync("Owner");
        await page.GetByRole(AriaRole.Button, new() { Name = "Invite", Exact = true }).ClickAsync();
        await visit.HeadingAsync("The invitation of jo@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take back the invitation of jo@example.com" }).WaitForAsync();
        await visit.InspectAsync("invitation");
        var link = await page.GetByRole(AriaRole.Region, new() { Name = "The invitation of jo@example.com" }).InnerTextAsync();

        await JoinAsync(link.Trim());
        await visit.OpenAsync("/t/acme/members", "Members of acme");
        await page.GetByRole(AriaRole.Row, new() { Name = "jo@example.com" }).WaitForAsync();
        Assert.Equal(0, await page.GetByText("The invitation of").CountAsync());

        // A tenant keeps an owner: said in the API's own words. With another one it goes.
        await page.GetByLabel("Role of jo@example.com").SelectOptionAsync("Viewer");
        await page.GetByText("A tenant keeps at least one owner").WaitForAsync();
        await InviteAsync(platform, "kim@example.com", "owner");
        await visit.OpenAsync("/t/acme/members", "Members of acme");
        await page.GetByLabel("Role of jo@example.com").SelectOptionAsync("Viewer");
        await page.GetByText("jo@example.com is viewer now.").WaitForAsync();
        await visit.InspectAsync("members");

        // As a viewer Jo is offered nothing that the API refuses, and refused where it is asked for all the same.
        await using (var jo = await DashboardVisit.StartAsync(platform.Url, "jo@example.com", Password))
        {
            await jo.HeadingAsync("Apps of acme");
            await jo.OpenAsync("/t/acme/members", "Members of acme");
            await jo.Page.GetByRole(AriaRole.Button, new() { Name = "Leave the tenant" }).WaitForAsync();
            Assert.Equal(0, await jo.Page.GetByRole(AriaRole.Button, new() { Name = "Invite" }).CountAsync());
            Assert.Equal(0, await jo.Page.GetByRole(AriaRole.Link, new() { Name = "Tokens" }).CountAsync());
            await jo.OpenAsync("/t/acme/tokens", "API tokens of acme");
            await jo.Page.GetByText("needs the role owner").WaitForAsync();
            await jo.OpenAsync("/operator/workers", "Workers and capacity");
            await jo.Page.GetByText("needs the role operator").WaitForAsync();
            await jo.OpenAsync("/t/acme/apps/hello/settings", "hello");
            await jo.Page.GetByText("your role is viewer").WaitForAsync();
            Assert.Equal(0, await jo.Page.GetByRole(AriaRole.Button, new() { Name = "Set the secret" }).CountAsync());
            jo.AssertClean();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove jo@example.com" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
        await page.GetByText("jo@example.com is removed.").WaitForAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "jo@example.com" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        visit.AssertClean();
    }

    [Fact]
    public async Task Token_MadeOnThePage_IsShownOnce_Works_AndIsRevoked()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        await visit.OpenAsync("/t/acme/tokens", "API tokens of acme");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("pipeline");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the token" }).ClickAsync();
        await visit.HeadingAsync("The token pipeline");
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke pipeline" }).WaitForAsync();
        var token = (await page.GetByRole(AriaRole.Region, new() { Name = "The token pipeline" }).InnerTextAsync()).Trim();
        await visit.InspectAsync("tokens");
        await ExpectAsync(platform, token, HttpStatusCode.OK);

        await visit.OpenAsync("/t/acme/tokens", "API tokens of acme");
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke pipeline" }).ClickAsync();
        Assert.DoesNotContain(token, await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke", Exact = true }).ClickAsync();
        await page.GetByText("pipeline is revoked.").WaitForAsync();
        await ExpectAsync(platform, token, HttpStatusCode.Unauthorized);
        visit.AssertClean();
    }

    [Fact]
    public async Task Usage_Audit_AndSettings_AreShown()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync(settings: new Dictionary<string, string> { ["Platform__Worker__UsageFlushInterval"] = "00:00:01" });
        var tenant = await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        await visit.OpenAsync("/t/acme/usage", "Usage and quota of acme");
        await visit.HeadingAsync("Nothing was used in 30 days");
        await tenant.DeployAsync("hello", "c-hello");
        await tenant.ExpectHelloAsync("hello");
        await UsageIsThereAsync(tenant);
        await visit.OpenAsync("/t/acme/usage", "Usage and quota of acme");
        await page.GetByText("2xx: 1").WaitForAsync();
        await page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("^Apps .+ 1") }).WaitForAsync();
        await visit.InspectAsync("usage");
        var csv = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "All hours as CSV" }).ClickAsync());
        Assert.Contains("hello", await File.ReadAllTextAsync(await csv.PathAsync()), StringComparison.Ordinal);

        await visit.OpenAsync("/t/acme/settings", "Settings of acme");
        await page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the settings" }).ClickAsync();
        await page.GetByText("The settings are saved.").WaitForAsync();
        await visit.InspectAsync("tenant-settings");

        await visit.OpenAsync("/t/acme/audit", "What was changed in acme");
        await page.GetByRole(AriaRole.Row, new() { Name = "tenant.settings" }).WaitForAsync();
        await visit.InspectAsync("audit");
        visit.AssertClean();
    }

    // In a browser of their own, where nobody is signed in.
    private static async Task JoinAsync(string link)
    {
        await using var browser = await Hosting.Browser.StartAsync();
        var page = await browser.Context.NewPageAsync();
        await page.GotoAsync(link);
        await page.GetByLabel("Name").FillAsync("Jo");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await page.GetByText("Done.").WaitForAsync();
    }

    private static async Task InviteAsync(PlatformServer platform, string email, string role)
    {
        using var invited = await platform.SendAsync(HttpMethod.Post, "/v1/tenants/acme/members", platform.OperatorToken, JsonContent.Create(new { email, role }));
        var token = (await PlatformServer.ExpectAsync(invited, HttpStatusCode.Created))["token"]!.GetValue<string>();
        using var accepted = await platform.SendAsync(HttpMethod.Post, "/v1/invitations/accept", null, JsonContent.Create(new { token, name = email, password = Password }));
        await PlatformServer.ExpectAsync(accepted, HttpStatusCode.OK);
    }

    private static async Task ExpectAsync(PlatformServer platform, string token, HttpStatusCode status)
    {
        using var answer = await platform.SendAsync(HttpMethod.Get, "/v1/tenants/acme", token);
        Assert.Equal(status, answer.StatusCode);
    }

    private static async Task UsageIsThereAsync(Tenant tenant)
    {
        using var patience = new CancellationTokenSource(ServerProcess.Patience);
        while (true)
        {
            using var usage = await tenant.TenantApiAsync(HttpMethod.Get, "/usage");
            if ((await PlatformServer.ExpectAsync(usage, HttpStatusCode.OK))["rows"]!.AsArray().Count > 0)
            {
                return;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }
}
