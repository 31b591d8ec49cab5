using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>An app's life at the dashboard: deployed, looked at, split, rolled back.</summary>
public sealed class AppTests
{
    [Fact]
    public async Task App_DroppedOnThePage_IsDeployed_LookedAt_Split_AndRolledBack()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;

        // The first version, of an app that is named on the page.
        await visit.OpenAsync("/t/acme", "Apps of acme");
        await DropAsync(page, "c-hello");
        await page.GetByLabel("App", new() { Exact = true }).FillAsync("hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy" }).ClickAsync();
        await visit.HeadingAsync("Version 1 is live");
        await tenant.ExpectHelloAsync("hello");
        await page.GetByRole(AriaRole.Row, new() { Name = "hello" }).GetByText("version 1").WaitForAsync();
        await visit.InspectAsync("apps");

        // The second, on the app's own page, with a message.
        await visit.OpenAsync("/t/acme/apps/hello/deploy", "hello");
        await DropAsync(page, "c-wagi");
        await page.GetByLabel("Message").FillAsync("Greets from WAGI");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy" }).ClickAsync();
        await visit.HeadingAsync("Version 2 is live");
        await visit.InspectAsync("deployed");

        await visit.OpenAsync("/t/acme/apps/hello", "hello");
        await page.GetByText("version 2").First.WaitForAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "/..." }).WaitForAsync();

        // Traffic appears in the charts, without a reload.
        for (var i = 0; i < 20; i++)
        {
            using var answer = await tenant.GetAsync("hello");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await page.GetByRole(AriaRole.Img, new() { Name = "Requests a second: answered at most" }).WaitForAsync();
        await page.Locator("figure", new() { HasText = "Time a request" }).GetByText("As a table").ClickAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Time a request, as a table" }).GetByText(" ms").First.WaitForAsync();
        await visit.InspectAsync("app");

        // A quarter for the first version, by the slider.
        await visit.OpenAsync("/t/acme/apps/hello/versions", "hello");
        await page.GetByText("Greets from WAGI").WaitForAsync();
        await page.GetByLabel("Give a share to").SelectOptionAsync("1");
        await page.GetByLabel("Version 1", new() { Exact = true }).FillAsync("25");
        await page.GetByText("Together 100 %.").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the split" }).ClickAsync();
        await page.GetByText("The split is in force.").WaitForAsync();
        using (var traffic = await tenant.ApiAsync(HttpMethod.Get, "hello", "/traffic"))
        {
            Assert.Equal("""{"splits":[{"version":2,"percent":75},{"version":1,"percent":25}],"sticky":false}""", await traffic.Content.ReadAsStringAsync());
        }

        await visit.InspectAsync("versions");

        // Back, which asks first.
        await page.GetByRole(AriaRole.Button, new() { Name = "Make version 1 live" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make live", Exact = true }).ClickAsync();
        await page.GetByText("Version 1 is live.").WaitForAsync();
        using (var app = await tenant.ApiAsync(HttpMethod.Get, "hello", ""))
        {
            Assert.Contains("\"version\":1", await app.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        visit.AssertClean();
    }

    [Fact]
    public async Task Files_ThatCantBeDeployed_AreRefusedBeforeTheyAreSent()
    {
        await using var platform = await PlatformServer.StartAsync();
        await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        await visit.OpenAsync("/t/acme/apps/hello/deploy", "hello");

        await DropAsync(visit.Page, "new File([new Uint8Array(65 << 20)], 'large.wasm')", isScript: true);
        await visit.Page.GetByText("large.wasm has 65.0 MiB; a module may have 64 MiB").WaitForAsync();
        await DropAsync(visit.Page, "new File(['x'], 'notes.txt')", isScript: true);
        await visit.Page.GetByText("notes.txt is no .wasm file").WaitForAsync();
        await DropAsync(visit.Page, "new File(['x'], 'x'.repeat(100000))", isScript: true);
        await visit.Page.GetByText("xxx is no .wasm file").WaitForAsync();
        Assert.DoesNotContain(visit.Browser.Requested, request => request.AbsolutePath.EndsWith("/deploy", StringComparison.Ordinal) && request.AbsolutePath.StartsWith("/v1/", StringComparison.Ordinal));
        visit.AssertClean();
    }

    /// <summary>More files than could be named in a message of the page's circuit.</summary>
    [Fact]
    public async Task Directory_OfThousandsOfFiles_IsChosen_AndThePageGoesOn()
    {
        await using var platform = await PlatformServer.StartAsync();
        await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        await visit.OpenAsync("/t/acme/apps/hello/deploy", "hello");
        await page.Locator("input[type=file][data-ready]").WaitForAsync();
        var transfer = await page.EvaluateHandleAsync("""
            () => {
              const transfer = new DataTransfer();
              transfer.items.add(new File(['spin_manifest_version = 2'], 'spin.toml'));
              for (let i = 0; i < 2000; i++) {
                transfer.items.add(new File(['x'], `a-file-with-a-name-of-some-length-${i}.html`));
              }

              return transfer;
            }
            """);
        await page.Locator(".drop").DispatchEventAsync("drop", new { dataTransfer = transfer });
        await page.GetByText("2001 files: spin.toml (25 B), a-file-with-a-name-of-some-length-0.html (1 B)").WaitForAsync();

        // The circuit is there: it answers what is typed, and another drop.
        await page.GetByLabel("Message").FillAsync("Many files");
        await DropAsync(page, "c-hello");
        await page.GetByText("1 file: c-hello.wasm").WaitForAsync();
        visit.AssertClean();
    }

    /// <summary>What was typed comes back where the page had to be loaded anew, and not once it was used or somebody signed out: then it would name another app.</summary>
    [Fact]
    public async Task Drafts_ComeBack_UntilTheyAreDeployed_OrSomebodySignsOut()
    {
        await using var platform = await PlatformServer.StartAsync();
        await platform.CreateTenantAsync("acme");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        await visit.OpenAsync("/t/acme", "Apps of acme");
        await DropAsync(page, "c-hello");
        await page.GetByLabel("App", new() { Exact = true }).FillAsync("hello");
        await page.GetByLabel("Message").FillAsync("The first");
        await page.ReloadAsync();
        await DropAsync(page, "c-hello");
        await Assertions.Expect(page.GetByLabel("App", new() { Exact = true })).ToHaveValueAsync("hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy" }).ClickAsync();
        await visit.HeadingAsync("Version 1 is live");

        // On the page as it is, and on one that is loaded anew.
        await DropAsync(page, "c-hello");
        await NothingIsTypedAsync();
        await page.ReloadAsync();
        await DropAsync(page, "c-hello");
        await NothingIsTypedAsync();

        await page.GetByLabel("App", new() { Exact = true }).FillAsync("private");
        Assert.Equal("private", await page.EvaluateAsync<string>("sessionStorage.getItem('draft:/t/acme#app')"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.HeadingAsync("Sign in with an API token");
        Assert.Equal(0, await page.EvaluateAsync<int>("sessionStorage.length"));
        visit.AssertClean();

        async Task NothingIsTypedAsync()
        {
            // What the script would put in is in once it has marked the field.
            await page.Locator("[data-draft=message][data-draft-read]").WaitForAsync();
            Assert.Equal("", await page.GetByLabel("App", new() { Exact = true }).InputValueAsync());
            Assert.Equal("", await page.GetByLabel("Message").InputValueAsync());
        }
    }

    [Fact]
    public async Task Viewer_WhoDeploys_IsToldWhyNot()
    {
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("hello", "c-hello");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, await TokenAsync(platform, "viewer"));
        var page = visit.Page;

        // Who has one tenant is there at once.
        await visit.HeadingAsync("Apps of acme");
        await visit.OpenAsync("/t/acme/apps/hello/deploy", "hello");
        await page.GetByText("Your role here is viewer").WaitForAsync();
        await DropAsync(page, "c-hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy" }).ClickAsync();
        await page.GetByText("This needs the role developer").WaitForAsync();

        await visit.OpenAsync("/t/acme/apps/hello/versions", "hello");
        await page.GetByText("live").First.WaitForAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Save the split" }).CountAsync());

        // The browser's console says that the deploy was refused; nothing else.
        Assert.All(visit.Browser.Errors, error => Assert.Contains("403", error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RevokedToken_OnAnOpenPage_IsOutInSeconds()
    {
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("hello", "c-hello");
        using var created = await platform.SendAsync(HttpMethod.Post, "/v1/tenants/acme/tokens", platform.OperatorToken, JsonContent.Create(new { name = "gone", role = "owner" }));
        var token = await PlatformServer.ExpectAsync(created, HttpStatusCode.Created);
        await using var visit = await DashboardVisit.StartAsync(platform.Url, token["token"]!.GetValue<string>());
        await visit.HeadingAsync("Apps of acme");

        using var revoked = await platform.SendAsync(HttpMethod.Delete, $"/v1/tenants/acme/tokens/{token["id"]}", platform.OperatorToken);
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await visit.HeadingAsync("Sign in with an API token");
    }

    private static async Task<string> TokenAsync(PlatformServer platform, string role)
    {
        using var created = await platform.SendAsync(HttpMethod.Post, "/v1/tenants/acme/tokens", platform.OperatorToken, JsonContent.Create(new { name = role, role }));
        return (await PlatformServer.ExpectAsync(created, HttpStatusCode.Created))["token"]!.GetValue<string>();
    }

    /// <summary>Drops a guest's file on the page, or what a script makes.</summary>
    private static async Task DropAsync(IPage page, string guest, bool isScript = false)
    {
        var zone = page.Locator(".drop");
        await zone.WaitForAsync();
        var file = isScript
            ? guest
            : $"new File([Uint8Array.from(atob('{Convert.ToBase64String(await File.ReadAllBytesAsync(Repository.Guest(guest)))}'), c => c.charCodeAt(0))], '{guest}.wasm')";

        // The page's script has its listeners once the input can be used.
        await page.Locator("input[type=file][data-ready]").WaitForAsync();
        var transfer = await page.EvaluateHandleAsync($"() => {{ const transfer = new DataTransfer(); transfer.items.add({file}); return transfer; }}");
        await zone.DispatchEventAsync("drop", new { dataTransfer = transfer });
    }
}
