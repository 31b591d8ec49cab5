using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>An app's settings at the dashboard.</summary>
public sealed class SettingsTests
{
    private const string Secret = "planted-secret-51d9";

    private const string Manifest = """
        spin_manifest_version = 2

        [application]
        name = "app"

        [variables]
        api_key = { required = true, secret = true }

        [[trigger.http]]
        route = "/..."
        component = "main"

        [component.main]
        source = "calls.wasm"

        [component.main.variables]
        api_key = "{{ api_key }}"
        """;

    [Fact]
    public async Task Secret_SetBeforeTheFirstDeploy_IsReadByTheGuest_AndByNobodyElse()
    {
        await using var platform = await PlatformServer.StartAsync(compiled: "js-calls");
        var tenant = await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;

        await visit.OpenAsync("/t/acme/apps/app/settings", "app");
        await page.GetByText("There is no app app yet").WaitForAsync();
        await page.GetByLabel("Secret", new() { Exact = true }).FillAsync("api_key");
        await page.GetByLabel("Secret value").FillAsync(Secret);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the secret" }).ClickAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "api_key" }).WaitForAsync();

        await tenant.DeployManifestAsync("app", Manifest, ("calls.wasm", await File.ReadAllBytesAsync(Repository.Guest("js-calls"))));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("""[["variables.get","api_key"]]""") };
        using var answer = await tenant.SendAsync("app", request);
        Assert.Equal($"\"{Secret}\"", (await answer.Content.ReadAsStringAsync()).Trim());

        await visit.OpenAsync("/t/acme/apps/app/settings", "app");
        await page.GetByRole(AriaRole.Row, new() { Name = "api_key" }).WaitForAsync();
        Assert.DoesNotContain(Secret, await page.ContentAsync(), StringComparison.Ordinal);
        visit.AssertClean();
    }

    [Fact]
    public async Task Settings_AreChanged_NobodysChangeIsLost_AndADeletedAppComesBack()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("hello", "c-hello");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        await visit.OpenAsync("/t/acme/apps/hello/settings", "hello");
        await visit.HeadingAsync("No variable is set");
        await visit.HeadingAsync("No domain of your own");
        await page.GetByRole(AriaRole.Row, new() { Name = "/..." }).WaitForAsync();
        await visit.InspectAsync("no-settings");

        // A variable, and a change of it that somebody else was before.
        await page.GetByLabel("Variable", new() { Exact = true }).FillAsync("greeting");
        await page.GetByLabel("Value", new() { Exact = true }).FillAsync("good morning");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set the variable" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row, new() { Name = "greeting" });
        await row.GetByText("good morning").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the variable greeting" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave it" }).WaitForAsync();
        await SetAsync(tenant, "good evening");
        await page.GetByLabel("Value", new() { Exact = true }).FillAsync("good night");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the variable", Exact = true }).ClickAsync();
        await page.GetByText("Somebody changed this meanwhile.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Load it again" }).ClickAsync();
        await row.GetByText("good evening").WaitForAsync();

        // Limits.
        await page.GetByLabel("Time, milliseconds").FillAsync("5000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the limits" }).ClickAsync();
        await page.GetByText("The limits are in force.").WaitForAsync();
        using (var limits = await tenant.ApiAsync(HttpMethod.Get, "hello", "/limits"))
        {
            Assert.Equal(5000, (await PlatformServer.ExpectAsync(limits, HttpStatusCode.OK))["wallMs"]!.GetValue<long>());
        }

        // A domain, with what proves it.
        await page.GetByLabel("Domain", new() { Exact = true }).FillAsync("shop.example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Claim the domain" }).ClickAsync();
        var domain = page.GetByRole(AriaRole.Article, new() { Name = "shop.example.com" });
        await domain.GetByText("_platform-challenge.shop.example.com").WaitForAsync();
        await domain.GetByText("http://shop.example.com/.well-known/platform-challenge").WaitForAsync();
        await visit.InspectAsync("settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Give the domain up: shop.example.com" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Give up", Exact = true }).ClickAsync();
        await visit.HeadingAsync("No domain of your own");

        // Deleted, and restored.
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete hello" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await visit.HeadingAsync("Deleted apps of acme");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore hello" }).WaitForAsync();
        using (var gone = await tenant.GetAsync("hello"))
        {
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        }

        await visit.InspectAsync("deleted-apps");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore hello" }).ClickAsync();
        await visit.HeadingAsync("hello of acme: overview");
        await tenant.ExpectHelloAsync("hello");
        visit.AssertClean();
    }

    private static async Task SetAsync(Tenant tenant, string value)
    {
        using var set = await tenant.ApiAsync(HttpMethod.Put, "hello", "/variables/greeting", JsonContent.Create(new { value }));
        Assert.Equal(HttpStatusCode.NoContent, set.StatusCode);
    }
}
