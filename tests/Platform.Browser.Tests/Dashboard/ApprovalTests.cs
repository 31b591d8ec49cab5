using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Platform.Browser.Tests.Hosting;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>A developer's version that may do more than the live one, where owners approve that.</summary>
public sealed class ApprovalTests
{
    private const string Wider =
        """
        spin_manifest_version = 2

        [application]
        name = "app"

        [[trigger.http]]
        route = "/..."
        component = "main"
        executor = { type = "wagi" }

        [component.main]
        source = "c-wagi.wasm"
        allowed_outbound_hosts = ["https://api.example.com"]
        key_value_stores = ["default"]
        """;

    [Fact]
    public async Task WiderVersion_OfADeveloper_Waits_AndGoesLiveOnceAnOwnerApprovesIt()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        using var desktop = new TemporaryDirectory();
        await File.WriteAllTextAsync(desktop.Combine("spin.toml"), Wider);
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-hello");
        using (var set = await platform.SendAsync(HttpMethod.Put, "/v1/tenants/acme/settings", platform.OperatorToken, JsonContent.Create(new { requireApproval = true })))
        {
            await PlatformServer.ExpectAsync(set, HttpStatusCode.OK);
        }

        // The developer, who is told what it waits for, and where.
        await using (var visit = await DashboardVisit.StartAsync(platform.Url, tenant.Token))
        {
            var page = visit.Page;
            await visit.OpenAsync("/t/acme/apps/app/deploy", "app");
            await Dragged.DropAsync(page, desktop.Combine("spin.toml"), Repository.Guest("c-wagi"));
            await page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).ClickAsync();
            await page.GetByRole(AriaRole.Alert).GetByText("may do more than the live one: main: key-value default; main: outbound https://api.example.com").WaitForAsync();
            visit.AssertRefused(409);
            Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).CountAsync());
            await visit.InspectAsync("approval-required");
            await page.GetByRole(AriaRole.Link, new() { Name = "To the versions" }).ClickAsync();
            await page.GetByRole(AriaRole.Row, new() { Name = "2 waits for approval" }).GetByText("Waits for an owner's approval of:").WaitForAsync();
            await page.GetByText("main: outbound https://api.example.com").WaitForAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Approve version 2" })).ToBeDisabledAsync();
            Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Make version 2 live" }).CountAsync());
            await visit.InspectAsync("version-waits");
        }

        // Nor does the API let them, whatever a page offers.
        using (var approved = await tenant.ApiAsync(HttpMethod.Post, "app", "/versions/2/approve"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, approved.StatusCode);
        }

        Assert.Equal("Hello from WebAssembly\n", await ReadAsync(tenant));

        await using var owner = await DashboardVisit.StartAsync(platform.Url, await TokenAsync(platform, "owner"));
        await owner.OpenAsync("/t/acme/apps/app/versions", "app");
        await owner.Page.GetByText("Waits for an owner's approval of:").WaitForAsync();
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Approve version 2" }).ClickAsync();
        await owner.Page.GetByText("Version 2 is approved and live.").WaitForAsync();
        await owner.Page.GetByText("Waits for an owner's approval of:").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await owner.Page.GetByRole(AriaRole.Row, new() { Name = "2 live" }).GetByText("main: outbound https://api.example.com").WaitForAsync();
        await owner.InspectAsync("version-approved");
        Assert.Equal("Hello from C\n", await ReadAsync(tenant));

        // Somebody who only looks is offered no way back either.
        await using var viewer = await DashboardVisit.StartAsync(platform.Url, await TokenAsync(platform, "viewer"));
        await viewer.OpenAsync("/t/acme/apps/app/versions", "app");
        await viewer.Page.GetByRole(AriaRole.Row, new() { Name = "1 ready" }).WaitForAsync();
        Assert.Equal(0, await viewer.Page.GetByRole(AriaRole.Button, new() { Name = "Make version 1 live" }).CountAsync());
        viewer.AssertClean();
    }

    private static async Task<string> TokenAsync(PlatformServer platform, string role)
    {
        using var created = await platform.SendAsync(HttpMethod.Post, "/v1/tenants/acme/tokens", platform.OperatorToken, JsonContent.Create(new { name = role, role }));
        return (await PlatformServer.ExpectAsync(created, HttpStatusCode.Created))["token"]!.GetValue<string>();
    }

    private static async Task<string> ReadAsync(Tenant tenant)
    {
        using var answer = await tenant.GetAsync("app");
        return await answer.Content.ReadAsStringAsync();
    }
}
