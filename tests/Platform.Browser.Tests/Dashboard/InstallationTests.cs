using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>What the operator does at the dashboard.</summary>
public sealed class InstallationTests
{
    [Fact]
    public async Task Operator_MakesATenant_ChangesItsQuota_DeletesAndRestoresIt()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        await visit.OpenAsync("/operator/tenants", "Tenants of the installation");
        await visit.HeadingAsync("No tenant yet");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("a--b");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the tenant" }).ClickAsync();
        await page.GetByText("must be 3 to 24 of a-z").WaitForAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("acme");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the tenant" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Quota of acme" }).ClickAsync();

        await visit.HeadingAsync("Quota of acme");
        await page.GetByLabel("Apps", new() { Exact = false }).FillAsync("7");
        await page.GetByLabel("Time, milliseconds").FillAsync("9000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the quota" }).ClickAsync();
        await page.GetByText("holds: 7").WaitForAsync();
        var quota = await ReadAsync(platform, "/v1/tenants/acme/quota");
        Assert.Equal(7, quota["apps"]!["limit"]!.GetValue<long>());
        Assert.Equal(9000, quota["limits"]!["wallMs"]!.GetValue<long>());
        await visit.InspectAsync("quota");

        await visit.OpenAsync("/operator/tenants", "Tenants of the installation");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete acme" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await visit.HeadingAsync("Deleted tenants");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore acme" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Quota of acme" }).WaitForAsync();
        await visit.InspectAsync("tenants");
        visit.AssertClean();
    }

    [Fact]
    public async Task Operator_SeesWorkersUsersAndAudit_AndReplacesTheToken()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        var before = platform.OperatorToken;
        await using var visit = await DashboardVisit.StartAsync(platform.Url, before);
        var page = visit.Page;
        await visit.OpenAsync("/operator/workers", "Workers and capacity");
        await page.GetByRole(AriaRole.Row, new() { Name = "local ready" }).WaitForAsync();
        var worker = (await ReadAsync(platform, "/v1/workers"))["items"]![0]!;
        Assert.True(worker["capacity"]!.GetValue<int>() > 0, worker.ToJsonString());
        await visit.InspectAsync("workers");
        await visit.OpenAsync("/operator/users", "Users of the installation");
        await visit.HeadingAsync("No user yet");
        await visit.InspectAsync("users");
        await platform.CreateTenantAsync("acme");
        await visit.OpenAsync("/operator/audit", "What was changed in the installation");
        await page.GetByRole(AriaRole.Row, new() { Name = "tenant.create" }).WaitForAsync();
        await visit.InspectAsync("installation-audit");

        await visit.OpenAsync("/operator/token", "The operator's token");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a new token" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Make a new token" }).ClickAsync();
        var token = (await page.GetByRole(AriaRole.Region, new() { Name = "The new operator's token" }).InnerTextAsync()).Trim();
        Assert.Equal(platform.OperatorToken, token);
        Assert.NotEqual(before, token);
        await visit.InspectAsync("operator-token");
        using var refused = await platform.SendAsync(HttpMethod.Get, "/v1/workers", before);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        visit.AssertClean();
    }

    private static async Task<JsonNode> ReadAsync(PlatformServer platform, string path)
    {
        using var answer = await platform.SendAsync(HttpMethod.Get, path, platform.OperatorToken);
        return await PlatformServer.ExpectAsync(answer, HttpStatusCode.OK);
    }
}
