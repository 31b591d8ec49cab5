using Microsoft.Playwright;
using Platform.Browser.Tests.Hosting;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>From a new installation to an app that is taken back, on pages alone, with the program as people start it: whatever its environment and directories make of scripts, styles and circuits.</summary>
public sealed class MainFlowTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Newcomer_SignsIn_Deploys_SeesTheAppAndItsLog_AndRollsBack(bool isPublished)
    {
        using var directory = new TemporaryDirectory();
        await using var process = isPublished ? await HostPrograms.PublishAsync(directory) : HostPrograms.Run(directory);
        var url = new Uri(await process.LineAsync("listening on"));
        await using var visit = await DashboardVisit.StartAsync(url, await HostPrograms.OperatorTokenAsync(directory));
        var host = $"hello--acme.localhost:{url.Port}";
        visit.Elsewhere.Add(host);
        var page = visit.Page;

        // A tenant.
        await visit.HeadingAsync("No tenant yet");
        await page.GetByRole(AriaRole.Link, new() { Name = "All tenants" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("acme");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the tenant" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "acme", Exact = true }).ClickAsync();

        // A module, and the app that it is now.
        await visit.HeadingAsync("No app yet");
        await Dragged.DropAsync(page, Repository.Guest("c-hello"));
        await page.GetByLabel("App", new() { Exact = true }).FillAsync("hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).ClickAsync();
        await visit.HeadingAsync("Version 1 is live");
        var app = await page.Context.RunAndWaitForPageAsync(() => page.GetByRole(AriaRole.Link, new() { Name = $"http://{host}/", Exact = true }).First.ClickAsync());
        await app.GetByText("Hello from WebAssembly").WaitForAsync();

        // The next version, which writes a line for each request: there as it happens.
        await page.GetByRole(AriaRole.Link, new() { Name = "To the app" }).ClickAsync();
        await visit.HeadingAsync("Routes");
        await page.GetByRole(AriaRole.Link, new() { Name = "Deploy", Exact = true }).ClickAsync();
        await Dragged.DropAsync(page, Repository.Guest("c-wagi"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Deploy", Exact = true }).ClickAsync();
        await visit.HeadingAsync("Version 2 is live");
        await page.GetByRole(AriaRole.Link, new() { Name = "Logs", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Follow live" }).ClickAsync();
        await page.GetByText("Following. 0 lines came.").WaitForAsync();
        await app.ReloadAsync();
        await app.GetByText("Hello from C").WaitForAsync();
        await page.GetByRole(AriaRole.Log).GetByText("c-wagi: GET /").First.WaitForAsync();

        // And back.
        await page.GetByRole(AriaRole.Link, new() { Name = "Versions", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make version 1 live" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make live", Exact = true }).ClickAsync();
        await page.GetByText("Version 1 is live.").WaitForAsync();
        await app.ReloadAsync();
        await app.GetByText("Hello from WebAssembly").WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.HeadingAsync("Sign in with an API token");
        visit.AssertClean();
    }
}
