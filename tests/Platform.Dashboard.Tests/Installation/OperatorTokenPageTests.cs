using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Api;
using Platform.Dashboard.Api;
using Platform.Dashboard.Tests.Hosting;

namespace Platform.Dashboard.Tests.Installation;

public class OperatorTokenPageTests
{
    /// <summary>The page of the new token stays though its session has ended; the next one goes to where one signs in.</summary>
    [Fact]
    public async Task PageAfterTheNewToken_GoesToSignIn()
    {
        await using var context = new DashboardContext();
        context.Api.Answer("POST /v1/operator-token/rotate", new OperatorTokenResource("the-new-token"));
        var dashboard = context.Open("/operator/token");
        dashboard.WaitForAssertion(() => Assert.Contains("Make a new token", dashboard.Markup, StringComparison.Ordinal));
        var click = Button(dashboard, "main button", "Make a new token").ClickAsync();
        dashboard.WaitForElement(".mud-dialog");
        await Button(dashboard, ".mud-dialog button", "Make a new token").ClickAsync();
        await click;
        Assert.Contains("the-new-token", dashboard.Markup, StringComparison.Ordinal);

        foreach (var call in (string[])["GET /v1/me", "GET /v1/users?limit=50"])
        {
            context.Api.Answer(call, new { title = "Signed out" }, 401);
        }

        await dashboard.InvokeAsync(() => context.Go("/operator/users"));
        dashboard.WaitForAssertion(() => Assert.EndsWith("/sign-in?returnUrl=%2Foperator%2Fusers", context.Address, StringComparison.Ordinal));
        Assert.False(context.Services.GetRequiredService<PlatformApi>().IsPageKept);
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<Routes> dashboard, string selector, string text) =>
        dashboard.FindAll(selector).Single(button => button.TextContent.Contains(text, StringComparison.Ordinal));
}
