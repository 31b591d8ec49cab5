using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>An app's log and requests at the dashboard.</summary>
public sealed partial class LogTests
{
    [GeneratedRegex("^GET|^This request")]
    private static partial Regex KeptOrNot();

    [Fact]
    public async Task Lines_OfATrap_AreFound_AndFollowedLive()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("broken", "c-faults");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;

        await visit.OpenAsync("/t/acme/apps/broken/logs", "broken");
        await visit.HeadingAsync("No line yet");
        await visit.InspectAsync("no-log");

        // Live: what comes after one began to follow.
        await page.GetByRole(AriaRole.Button, new() { Name = "Follow live" }).ClickAsync();
        await page.GetByText("Following. 0 lines came.").WaitForAsync();
        using (await tenant.GetAsync("broken", "/trap"))
        {
        }

        await page.GetByRole(AriaRole.Log).GetByText("wasm trap").First.WaitForAsync();
        await visit.InspectAsync("tail");

        // And as history.
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop following" }).ClickAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Log" }).GetByText("wasm trap").First.WaitForAsync();
        await visit.InspectAsync("log");

        // Each part of the search is the API's to answer.
        await page.GetByLabel("Text").FillAsync("no such words");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await page.GetByText("No line fits.").WaitForAsync();
        await page.GetByLabel("Text").FillAsync("UNREACHABLE");
        await page.GetByLabel("Level").SelectOptionAsync("platform");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Log" }).GetByText("wasm trap").First.WaitForAsync();

        // The request itself, which was kept since it failed.
        await page.GetByRole(AriaRole.Region, new() { Name = "Log" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await page.WaitForURLAsync("**/apps/broken/requests/*");
        await Waiting.ForAsync(
            async () =>
            {
                await page.ReloadAsync();
                await page.GetByRole(AriaRole.Heading, new() { NameRegex = KeptOrNot() }).WaitForAsync();
                return await page.GetByRole(AriaRole.Heading, new() { Name = "GET /trap" }).CountAsync() > 0;
            },
            "the request was kept");
        await visit.HeadingAsync("Receipt");
        await page.GetByRole(AriaRole.Region, new() { Name = "Trap" }).GetByText("wasm backtrace").WaitForAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "instantiate" }).WaitForAsync();
        await visit.InspectAsync("request");
        await visit.OpenAsync("/t/acme/apps/broken/requests", "broken");
        await page.GetByRole(AriaRole.Link, new() { Name = "GET /trap" }).WaitForAsync();
        await page.GetByLabel("Outcome").FillAsync("fuel-limit");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await page.GetByText("No request that was kept fits.").WaitForAsync();
        await page.GetByLabel("Outcome").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "GET /trap" }).WaitForAsync();
        await visit.InspectAsync("requests");
        visit.AssertClean();
    }

    /// <summary>More at once than any log has in a second: the page shows the newest, says how many it left out, and goes on answering.</summary>
    [Fact]
    public async Task Tail_OfMoreThanCanBeShown_CountsWhatIsLeftOut_AndThePageStaysUsable()
    {
        const int Lines = 50_000;
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("loud", "c-hello");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        var events = string.Concat(Enumerable.Range(0, Lines).Select(static i =>
            $$"""
            id: {{i}}
            data: {"id":{{i}},"time":"2026-11-27T00:00:00.000Z","version":1,"component":"main","requestId":"r{{i}}","stream":"stdout","text":"line {{i}}"}


            """));
        var answers = 0;
        await page.RouteAsync("**/logs?follow=true*", route => answers++ == 0
            ? route.FulfillAsync(new() { ContentType = "text/event-stream", Body = events })
            : route.FulfillAsync(new() { Status = 204 }));
        await visit.OpenAsync("/t/acme/apps/loud/logs", "loud");
        await page.GetByRole(AriaRole.Button, new() { Name = "Follow live" }).ClickAsync();

        // While it comes and after: the browser paints, and the circuit answers a click.
        await page.EvaluateAsync("() => new Promise(done => { let frames = 0; const frame = () => ++frames < 120 ? requestAnimationFrame(frame) : done(); requestAnimationFrame(frame); })").WaitAsync(ServerProcess.Patience);
        await page.GetByRole(AriaRole.Button, new() { Name = "Use dark colours" }).ClickAsync();
        await page.Locator("html[data-theme=dark]").WaitForAsync();

        // All are accounted for, and the newest is there.
        await page.GetByText($"{Lines} lines came").WaitForAsync();
        await page.GetByText($"line {Lines - 1}", new() { Exact = true }).WaitForAsync();
        var shown = await page.GetByRole(AriaRole.Log).Locator(".line").CountAsync();
        Assert.InRange(shown, 1, 1000);
        await page.GetByText($"{Lines - shown} of them weren't shown").WaitForAsync();
    }

    /// <summary>A search that was made isn't in the fields of a page whose list has all lines.</summary>
    [Fact]
    public async Task Search_ThatWasMade_DoesNotComeBackIntoAListThatHasAll()
    {
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("hello", "c-hello");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        await visit.OpenAsync("/t/acme/apps/hello/logs", "hello");
        await visit.HeadingAsync("No line yet");
        await page.GetByLabel("Text").FillAsync("no such words");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await page.GetByText("No line fits.").WaitForAsync();

        await page.ReloadAsync();
        await visit.HeadingAsync("No line yet");
        await page.Locator("[data-draft=text][data-draft-read]").WaitForAsync();
        Assert.Equal("", await page.GetByLabel("Text").InputValueAsync());
        visit.AssertClean();
    }

    /// <summary>The API leaves out the zeros at a time's end.</summary>
    [Fact]
    public async Task Tail_ShowsTimesWithMilliseconds_HoweverManyDigitsTheyHave()
    {
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("hello", "c-hello");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;
        var answers = 0;
        string[] times = ["2026-11-27T12:00:00+00:00", "2026-11-27T12:00:00.1+00:00", "2026-11-27T12:00:00.12+00:00", "2026-11-27T12:00:00.123+00:00", "2026-11-27T12:00:00.1234567+00:00"];
        var events = string.Concat(times.Select(static (time, i) =>
            $$"""
            id: {{i}}
            data: {"id":{{i}},"time":"{{time}}","version":1,"component":"main","requestId":"r{{i}}","stream":"stdout","text":"line {{i}}"}


            """));
        await page.RouteAsync("**/logs?follow=true*", route => answers++ == 0
            ? route.FulfillAsync(new() { ContentType = "text/event-stream", Body = events })
            : route.FulfillAsync(new() { Status = 204 }));
        await visit.OpenAsync("/t/acme/apps/hello/logs", "hello");
        await page.GetByRole(AriaRole.Button, new() { Name = "Follow live" }).ClickAsync();
        await page.GetByText("line 4", new() { Exact = true }).WaitForAsync();
        Assert.Equal(["12:00:00.000", "12:00:00.100", "12:00:00.120", "12:00:00.123", "12:00:00.123"], await page.GetByRole(AriaRole.Log).Locator("time").AllInnerTextsAsync());
    }
}
