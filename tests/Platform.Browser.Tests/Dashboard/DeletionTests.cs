using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>What is deleted on a page: asked for first, brought back while it can be, and gone for good.</summary>
public sealed class DeletionTests
{
    private const string Password = "a password of the tests";

    [Fact]
    public async Task App_DeletedRestoredAndDeletedForGood_IsAskedForEachTime()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("hello", "c-hello");
        await tenant.DeployAsync("hello", "c-hello");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        var dialog = page.GetByRole(AriaRole.Dialog);

        // Thought better of: nothing happens.
        await visit.OpenAsync("/t/acme/apps/hello/settings", "hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete hello" }).ClickAsync();
        await dialog.GetByText("It can be restored for some days").WaitForAsync();
        await visit.InspectAsync("delete-app");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await tenant.ExpectHelloAsync("hello");

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete hello" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await visit.HeadingAsync("Deleted apps of acme");
        await ExpectAsync(tenant, HttpStatusCode.NotFound);

        // Its own page says where it is, and a developer may bring it back but not end it.
        await visit.OpenAsync("/t/acme/apps/hello", "hello");
        await page.GetByText("If it was deleted, it is among the").WaitForAsync();
        await visit.InspectAsync("deleted-app");
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "deleted apps" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore hello" }).WaitForAsync();
        await using (var developer = await DashboardVisit.StartAsync(platform.Url, tenant.Token))
        {
            await developer.OpenAsync("/t/acme/deleted", "Deleted apps of acme");
            await developer.Page.GetByRole(AriaRole.Button, new() { Name = "Restore hello" }).WaitForAsync();
            Assert.Equal(0, await developer.Page.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).CountAsync());
            await developer.Page.GetByRole(AriaRole.Button, new() { Name = "Restore hello" }).ClickAsync();
            await developer.HeadingAsync("hello of acme: overview");
            developer.AssertClean();
        }

        await ExpectAsync(tenant, HttpStatusCode.OK);

        // For good: the name is free, and begins anew.
        await visit.OpenAsync("/t/acme/apps/hello/settings", "hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete hello" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete for good: hello" }).ClickAsync();
        await dialog.GetByText("Nothing brings them back").WaitForAsync();
        await visit.InspectAsync("purge-app");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
        await visit.HeadingAsync("No app was deleted");
        var again = await tenant.DeployAsync("hello", "c-hello");
        Assert.Equal(1, again["version"]!.GetValue<int>());
        visit.AssertClean();
    }

    [Fact]
    public async Task User_DeletedByTheOperator_IsOutOfTheirOpenPage_AndAMemberWhoIsRemovedOutOfTheTenant()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        await platform.CreateTenantAsync("acme");
        await JoinAsync(platform, "jo@example.com");
        await JoinAsync(platform, "kim@example.com");
        await using var jo = await DashboardVisit.StartAsync(platform.Url, "jo@example.com", Password);
        await jo.HeadingAsync("Apps of acme");
        await using var kim = await DashboardVisit.StartAsync(platform.Url, "kim@example.com", Password);
        await kim.HeadingAsync("Apps of acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        var dialog = page.GetByRole(AriaRole.Dialog);

        await visit.OpenAsync("/operator/users", "Users of the installation");
        var row = page.GetByRole(AriaRole.Row, new() { Name = "jo@example.com" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete jo@example.com" }).ClickAsync();
        await dialog.GetByText("The user's memberships and sessions end at once").WaitForAsync();
        await visit.InspectAsync("delete-user");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await row.WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete jo@example.com" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await page.GetByText("jo@example.com is deleted.").WaitForAsync();
        await row.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByRole(AriaRole.Row, new() { Name = "kim@example.com" }).WaitForAsync();
        await jo.HeadingAsync("Sign in with an API token");
        jo.AssertClean();

        await visit.OpenAsync("/t/acme/members", "Members of acme");
        Assert.Equal(0, await page.GetByText("jo@example.com").CountAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove kim@example.com" }).ClickAsync();
        await dialog.GetByText("Access to acme ends at once").WaitForAsync();
        await visit.InspectAsync("remove-member");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
        await page.GetByText("kim@example.com is removed.").WaitForAsync();
        await kim.Page.GetByRole(AriaRole.Link, new() { Name = "Usage" }).ClickAsync();
        await kim.Page.GetByRole(AriaRole.Alert).GetByText("Not found").WaitForAsync();
        await kim.OpenAsync("/", "You belong to no tenant");
        await kim.InspectAsync("no-membership");
        visit.AssertClean();
    }

    private static async Task ExpectAsync(Tenant tenant, HttpStatusCode status)
    {
        using var answer = await tenant.GetAsync("hello");
        Assert.Equal(status, answer.StatusCode);
    }

    // The last owner can't be removed, so that nobody here is one but the operator.
    private static async Task JoinAsync(PlatformServer platform, string email)
    {
        using var invited = await platform.SendAsync(HttpMethod.Post, "/v1/tenants/acme/members", platform.OperatorToken, JsonContent.Create(new { email, role = "developer" }));
        var token = (await PlatformServer.ExpectAsync(invited, HttpStatusCode.Created))["token"]!.GetValue<string>();
        using var accepted = await platform.SendAsync(HttpMethod.Post, "/v1/invitations/accept", null, JsonContent.Create(new { token, name = email, password = Password }));
        await PlatformServer.ExpectAsync(accepted, HttpStatusCode.OK);
    }
}
