using System.Collections.Concurrent;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Hosting;

/// <summary>Debian's Chromium, without a window, which finds every name of the tests on this machine.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser, IBrowserContext context)
    {
        _playwright = playwright;
        _browser = browser;
        Context = context;
        context.SetDefaultTimeout((float)ServerProcess.Patience.TotalMilliseconds);
        context.Request += (_, request) => Requested.Enqueue(new Uri(request.Url));
        context.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Errors.Enqueue(message.Text);
            }
        };
        context.WebError += (_, error) => Errors.Enqueue(error.Error);
    }

    /// <summary>One visitor with cookies of their own.</summary>
    public IBrowserContext Context { get; }

    /// <summary>What any page asked for.</summary>
    public ConcurrentQueue<Uri> Requested { get; } = [];

    /// <summary>What any page wrote as an error, exceptions and refusals of the content security policy included.</summary>
    public ConcurrentQueue<string> Errors { get; } = [];

    public static async Task<Browser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--host-resolver-rules=MAP *.test 127.0.0.1"],
        });
        return new Browser(playwright, browser, await browser.NewContextAsync(new BrowserNewContextOptions { IgnoreHTTPSErrors = true }));
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
