using System.Text.Json;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>Somebody at the dashboard of a platform: what they do there, and what must hold on every page.</summary>
internal sealed class DashboardVisit : IAsyncDisposable
{
    /// <summary>A desktop's window.</summary>
    public static readonly ViewportSize Desktop = new() { Width = 1280, Height = 900 };

    /// <summary>A phone's.</summary>
    public static readonly ViewportSize Phone = new() { Width = 390, Height = 844 };

    private readonly Hosting.Browser _browser;

    private DashboardVisit(Hosting.Browser browser, IPage page, Uri url)
    {
        _browser = browser;
        Page = page;
        Url = url;
    }

    public IPage Page { get; }

    public Uri Url { get; }

    public Hosting.Browser Browser => _browser;

    /// <summary>Hosts that the visitor goes to besides the platform: their own apps', and where they sign in.</summary>
    public HashSet<string> Elsewhere { get; } = [];

    /// <summary>Where the screenshots of a run are.</summary>
    private static string Screenshots { get; } = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "TestResults", "screenshots")).FullName;

    /// <summary>Opens a browser, on no page yet.</summary>
    public static async Task<DashboardVisit> StartAsync(Uri url)
    {
        var browser = await Hosting.Browser.StartAsync();
        var page = await browser.Context.NewPageAsync();
        await page.SetViewportSizeAsync(Desktop.Width, Desktop.Height);
        return new DashboardVisit(browser, page, url);
    }

    /// <summary>Opens a browser and signs in with a token.</summary>
    public static Task<DashboardVisit> StartAsync(Uri url, string token) => StartAsync(
        url,
        async page =>
        {
            await page.GetByLabel("Token").FillAsync(token);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the token" }).ClickAsync();
        });

    /// <summary>Opens a browser and signs in as a user.</summary>
    public static Task<DashboardVisit> StartAsync(Uri url, string email, string password) => StartAsync(
        url,
        async page =>
        {
            await page.GetByLabel("E-mail").FillAsync(email);
            await page.GetByLabel("Password").FillAsync(password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        });

    /// <summary>Goes to a page, and waits for its heading.</summary>
    public async Task OpenAsync(string path, string heading)
    {
        await Page.GotoAsync(new Uri(Url, path).AbsoluteUri);
        await HeadingAsync(heading);
    }

    /// <summary>Waits until somebody is signed in.</summary>
    public Task SignedInAsync() => Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).WaitForAsync();

    public Task HeadingAsync(string heading) => Page.GetByRole(AriaRole.Heading, new() { Name = heading }).First.WaitForAsync();

    /// <summary>
    /// What holds on every page: it fits a phone's width, nothing stops somebody with a screen reader or a keyboard (axe-core, nothing serious or critical, in both colours), everything came from this platform, and no error was written, refusals of
    /// the content security policy included. Keeps a screenshot at both widths.
    /// </summary>
    public async Task InspectAsync(string name)
    {
        foreach (var (size, kind) in new[] { (Desktop, "desktop"), (Phone, "phone") })
        {
            await ResizeAsync(size);
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                if (await Page.Locator("main#main").CountAsync() > 0)
                {
                    await Page.Locator($"html[data-theme={scheme.ToString().ToLowerInvariant()}]").WaitForAsync();
                }

                var findings = await AxeAsync();
                Assert.True(findings.Count == 0, $"{name}, {kind}, {scheme}:\n{string.Join('\n', findings)}");
                await Page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, $"{name}-{kind}-{scheme.ToString().ToLowerInvariant()}.png"), FullPage = true });
            }

            var width = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.True(width <= size.Width, $"{name} is {width} px wide in a window of {size.Width}");
        }

        await ResizeAsync(Desktop);
        AssertClean();
    }

    /// <summary>Nothing was fetched from elsewhere, and nothing written as an error.</summary>
    public void AssertClean()
    {
        Assert.All(_browser.Requested, request => Assert.True(request.Authority == Url.Authority || Elsewhere.Contains(request.Authority) || request.Scheme is "data" or "blob", request.AbsoluteUri));
        Assert.Empty(_browser.Errors);
    }

    /// <summary>The browser wrote that calls were refused with this status, as it does of each, and nothing else. What comes after is looked at anew.</summary>
    public void AssertRefused(int status)
    {
        Assert.NotEmpty(_browser.Errors);
        Assert.All(_browser.Errors, error => Assert.Contains($"the server responded with a status of {status}", error, StringComparison.Ordinal));
        _browser.Errors.Clear();
    }

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    private static async Task<DashboardVisit> StartAsync(Uri url, Func<IPage, Task> signInAsync)
    {
        var visit = await StartAsync(url);
        await visit.Page.GotoAsync(url.AbsoluteUri);
        await signInAsync(visit.Page);
        await visit.SignedInAsync();
        return visit;
    }

    // The menu goes and comes by the server's word, and what is beside it moves then, under a click too.
    private async Task ResizeAsync(ViewportSize size)
    {
        await Page.SetViewportSizeAsync(size.Width, size.Height);
        if (await Page.Locator("aside.mud-drawer").CountAsync() > 0)
        {
            await Page.Locator($"aside.mud-drawer--{(size == Desktop ? "open" : "closed")}").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        }
    }

    private async Task<List<string>> AxeAsync()
    {
        // Through the debugger, which the page's policy doesn't hold.
        await Page.EvaluateAsync(await File.ReadAllTextAsync(Repository.In("tests/axe/node_modules/axe-core/axe.min.js")));
        var result = await Page.EvaluateAsync<JsonElement>("axe.run(document, { resultTypes: ['violations'] })");
        return
        [
            .. from violation in result.GetProperty("violations").EnumerateArray()
               where violation.GetProperty("impact").GetString() is "serious" or "critical"
               from node in violation.GetProperty("nodes").EnumerateArray()
               select $"{violation.GetProperty("id").GetString()}: {node.GetProperty("html").GetString()} {node.GetProperty("failureSummary").GetString()}",
        ];
    }
}
