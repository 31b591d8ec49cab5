using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Pages;

/// <summary>The API's reference at <c>/docs</c>.</summary>
public sealed class ApiReferenceTests
{
    [Fact]
    public async Task Docs_InABrowser_ShowEveryOperationAndReachNoOtherHost()
    {
        await using var platform = await PlatformServer.StartAsync();
        await using var browser = await Hosting.Browser.StartAsync();
        var page = await browser.Context.NewPageAsync();

        await page.GotoAsync(new Uri(platform.Url, "/docs").AbsoluteUri);
        await page.GetByRole(AriaRole.Heading, new() { Name = "Platform API" }).First.WaitForAsync();
        await page.GotoAsync(new Uri(platform.Url, "/docs/#tag/tenants/POST/v1/tenants").AbsoluteUri);
        await page.GetByText("first-tenant").First.WaitForAsync();

        Assert.Contains(browser.Requested, request => request.AbsolutePath.EndsWith("/openapi/v1.json", StringComparison.Ordinal));
        Assert.All(browser.Requested, request => Assert.True(request.Authority == platform.Url.Authority || request.Scheme is "data" or "blob", request.AbsoluteUri));
        Assert.Empty(browser.Errors);
    }
}
