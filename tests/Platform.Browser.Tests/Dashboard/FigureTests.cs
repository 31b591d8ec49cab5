using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>How fast the dashboard is: <c>./load.sh dashboard</c>, and the same in short, which asserts that what is measured happens.</summary>
public sealed partial class FigureTests
{
    private const int LinesARequest = 1007, RequestsASecond = 10;

    [GeneratedRegex("([0-9]+) lines came(?:, ([0-9]+) of them weren't shown)?[^;]*(?:; ([0-9]+) more were left out)?")]
    private static partial Regex Counts();

    /// <summary>In short, unless <c>PLATFORM_FIGURES</c> names a file for what is measured; a tail takes <c>PLATFORM_SECONDS</c> then.</summary>
    [Fact]
    public async Task Dashboard_OpensAndFollows()
    {
        if (Environment.GetEnvironmentVariable("PLATFORM_FIGURES") is { } file)
        {
            await using var figures = File.CreateText(file);
            await MeasureAsync(pages: 20, TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("PLATFORM_SECONDS")!, CultureInfo.InvariantCulture)), figures);
        }
        else
        {
            await MeasureAsync(pages: 2, TimeSpan.FromSeconds(2), TextWriter.Null);
        }
    }

    private static async Task MeasureAsync(int pages, TimeSpan tail, TextWriter figures)
    {
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("loud", "c-logging");
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        var page = visit.Page;

        foreach (var (path, ready) in new[] { ("/t/acme/apps/loud", "Routes"), ("/t/acme", "Deploy a new app") })
        {
            // Nothing of a page is rendered before its circuit is there: what can be seen can be used.
            var times = new List<double>();
            for (var i = 0; i < pages; i++)
            {
                var since = Stopwatch.StartNew();
                await visit.OpenAsync(path, ready);
                times.Add(since.Elapsed.TotalMilliseconds);
            }

            times.Sort();
            await figures.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{path} interactive, with what it shows: p50 {times[times.Count / 2]:0} ms, max {times[^1]:0} ms of {pages}"));
        }

        await visit.OpenAsync("/t/acme/apps/loud/logs", "loud");
        await page.GetByRole(AriaRole.Button, new() { Name = "Follow live" }).ClickAsync();
        await page.GetByText("Following. 0 lines came.").WaitForAsync();
        await page.EvaluateAsync("() => { window.pauses = []; let last = performance.now(); const frame = now => { window.pauses.push(now - last); last = now; requestAnimationFrame(frame); }; requestAnimationFrame(frame); }");
        var sent = new List<Task>();
        var clicks = new List<double>();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var started = Stopwatch.StartNew();
        while (started.Elapsed < tail || clicks.Count == 0)
        {
            await pace.WaitForNextTickAsync();
            while (sent.Count < started.Elapsed.TotalSeconds * RequestsASecond)
            {
                sent.Add(WriteAsync(tenant));
            }

            if (sent.Count >= (clicks.Count + 1) * RequestsASecond)
            {
                var since = Stopwatch.StartNew();
                var isDark = await page.Locator("html[data-theme=dark]").CountAsync() > 0;
                await page.GetByRole(AriaRole.Button, new() { Name = isDark ? "Use light colours" : "Use dark colours" }).ClickAsync();
                await page.Locator($"html[data-theme={(isDark ? "light" : "dark")}]").WaitForAsync();
                clicks.Add(since.Elapsed.TotalMilliseconds);
            }
        }

        await Task.WhenAll(sent);
        var seconds = started.Elapsed.TotalSeconds;
        var pauses = (await page.EvaluateAsync<double[]>("() => window.pauses")).Order().ToArray();
        var said = await CountAsync(page, sent.Count * LinesARequest);
        Assert.True(said.Groups[2].Success, "all were shown, and so it was no tail of too many");
        clicks.Sort();
        await figures.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"a live tail of {sent.Count * LinesARequest / seconds:0} lines a second for {seconds:0} s: {said.Groups[1].Value} came, {Or0(said.Groups[2])} of them weren't shown, {Or0(said.Groups[3])} more were left out by the platform; a click answered by the circuit p50 {clicks[clicks.Count / 2]:0} ms, max {clicks[^1]:0} ms; frames p50 {pauses[pauses.Length / 2]:0} ms, p99 {pauses[pauses.Length * 99 / 100]:0} ms, max {pauses[^1]:0} ms"));
    }

    // Whatever wasn't shown is counted: in the end no line is unaccounted for.
    private static async Task<Match> CountAsync(IPage page, int lines)
    {
        await page.WaitForFunctionAsync(
            "lines => { const said = document.getElementById('tail-status').textContent.match(/([0-9]+) lines came(?:.*; ([0-9]+) more were left out)?/); return said !== null && Number(said[1]) + Number(said[2] ?? 0) === lines; }",
            lines);
        return Counts().Match(await page.Locator("#tail-status").InnerTextAsync());
    }

    private static async Task WriteAsync(Tenant tenant)
    {
        using var answer = await tenant.GetAsync("loud", "/many");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static string Or0(Group group) => group.Success ? group.Value : "0";
}
