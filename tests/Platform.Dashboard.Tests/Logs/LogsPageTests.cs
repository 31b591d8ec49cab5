using Bunit;
using Platform.Contracts.Api;
using Platform.Dashboard.Tests.Hosting;

namespace Platform.Dashboard.Tests.Logs;

public class LogsPageTests
{
    private const string Log = "GET /v1/tenants/acme/apps/hello/logs?limit=100";

    [Theory]
    [InlineData("tail.js")]
    [InlineData("tail.js follow")]
    public async Task Tail_WhosePageIsLeftWhileItBegins_IsEnded(string step)
    {
        await using var context = new DashboardContext();
        var browser = context.UseBrowser();
        var held = browser.Hold(step);
        context.Api.Answer(Log, new Page<LogLineResource>([], null));
        var dashboard = context.Open("/t/acme/apps/hello/logs");
        dashboard.WaitForAssertion(() => Assert.Contains("No line yet", dashboard.Markup, StringComparison.Ordinal));
        await Button(dashboard, "Follow live").ClickAsync();
        await browser.AskedAsync(step);

        await dashboard.InvokeAsync(() => context.Go("/operator/token"));
        held.SetResult();
        await browser.DisposedAsync(step);
        Assert.Equal(step == "tail.js" ? [] : ["tail.js follow", "tail.js follow dispose"], browser.Calls.Where(static call => call.StartsWith("tail.js ", StringComparison.Ordinal)));
        Assert.Empty(context.Failures.All);
    }

    [Fact]
    public async Task Tail_StoppedWhileItBegins_IsEnded()
    {
        await using var context = new DashboardContext();
        var browser = context.UseBrowser();
        var held = browser.Hold("tail.js follow");
        context.Api.Answer(Log, new Page<LogLineResource>([], null));
        var dashboard = context.Open("/t/acme/apps/hello/logs");
        dashboard.WaitForAssertion(() => Assert.Contains("No line yet", dashboard.Markup, StringComparison.Ordinal));
        await Button(dashboard, "Follow live").ClickAsync();
        await browser.AskedAsync("tail.js follow");
        await Button(dashboard, "Stop following").ClickAsync();
        held.SetResult();
        await browser.DisposedAsync("tail.js follow");
        Assert.Empty(context.Failures.All);
    }

    /// <summary>Another app's log has another address: nothing goes on by the one before.</summary>
    [Fact]
    public async Task Tail_OfAnApp_EndsWhereAnotherAppsLogIsShown()
    {
        await using var context = new DashboardContext();
        var browser = context.UseBrowser();
        context.Api.Answer(Log, new Page<LogLineResource>([], null));
        context.Api.Answer("GET /v1/tenants/acme/apps/other/logs?limit=100", new Page<LogLineResource>([], null));
        var dashboard = context.Open("/t/acme/apps/hello/logs");
        dashboard.WaitForAssertion(() => Assert.Contains("No line yet", dashboard.Markup, StringComparison.Ordinal));
        await Button(dashboard, "Follow live").ClickAsync();
        await browser.AskedAsync("tail.js follow");
        await dashboard.InvokeAsync(() => context.Go("/t/acme/apps/other/logs"));
        await browser.DisposedAsync("tail.js follow");
        dashboard.WaitForAssertion(() => Assert.Contains("No line yet", dashboard.Markup, StringComparison.Ordinal));
        Assert.NotNull(Button(dashboard, "Follow live"));
        Assert.Empty(context.Failures.All);
    }

    /// <summary>What is in the fields says nothing of the list before it was searched for.</summary>
    [Fact]
    public async Task EmptyLog_IsSaidToFitNothing_OnceThatWasSearchedFor()
    {
        await using var context = new DashboardContext();
        context.UseBrowser();
        context.Api.Answer(Log, new Page<LogLineResource>([], null));
        context.Api.Answer("GET /v1/tenants/acme/apps/hello/logs?text=other&limit=100", new Page<LogLineResource>([], null));
        var dashboard = context.Open("/t/acme/apps/hello/logs");
        dashboard.WaitForAssertion(() => Assert.Contains("No line yet", dashboard.Markup, StringComparison.Ordinal));
        await dashboard.Find("[data-draft=text]").ChangeAsync("other");
        Assert.Contains("No line yet", dashboard.Markup, StringComparison.Ordinal);
        await dashboard.Find("form[role=search]").SubmitAsync();
        dashboard.WaitForAssertion(() => Assert.Contains("No line fits.", dashboard.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("No line yet", dashboard.Markup, StringComparison.Ordinal);
    }

    /// <summary>The page after the first is of what was searched for, whatever is in the fields meanwhile.</summary>
    [Fact]
    public async Task OlderLines_AreOfTheSameSearch()
    {
        await using var context = new DashboardContext();
        context.Api.Answer(Log, new Page<LogLineResource>([Line(2)], "more"));
        context.Api.Answer(Log + "&cursor=more", new Page<LogLineResource>([Line(1)], null));
        var dashboard = context.Open("/t/acme/apps/hello/logs");
        dashboard.WaitForElement(".log .line");
        await dashboard.Find("[data-draft=text]").ChangeAsync("other");
        await Button(dashboard, "Older lines").ClickAsync();
        Assert.Equal(["line 2", "line 1"], dashboard.FindAll(".log .text").Select(static text => text.TextContent));
    }

    private static LogLineResource Line(long id) => new(id, DateTimeOffset.UnixEpoch, 1, "main", "r", "stdout", $"line {id}");

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<Routes> dashboard, string text) =>
        dashboard.FindAll("button").Single(button => button.TextContent.Contains(text, StringComparison.Ordinal));
}
