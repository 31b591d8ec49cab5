using System.Net;
using System.Net.Http.Json;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>Signing in with what is right and what is wrong, and getting a password by a link.</summary>
public sealed class CredentialTests
{
    private const string Email = "jo@example.com";
    private const string Password = "a password of the tests";

    [Fact]
    public async Task Password_Wrong_SaysSo_AndRight_OpensThePageThatWasAskedFor()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        await JoinedAsync(platform);
        await using var visit = await DashboardVisit.StartAsync(platform.Url);
        await visit.OpenAsync("/t/acme/usage?days=7", "Sign in");

        await SignInAsync(visit, "not the password of the tests");
        await ExpectRefusalAsync(visit, 401, "The address or the password is wrong");
        await visit.InspectAsync("sign-in-refused");
        await SignInAsync(visit, Password);
        await visit.SignedInAsync();
        await visit.HeadingAsync("Usage and quota of acme");
        Assert.EndsWith("/t/acme/usage?days=7", visit.Page.Url, StringComparison.Ordinal);
        visit.AssertClean();
    }

    [Fact]
    public async Task Password_WrongTooOften_LocksTheAddress_AndThePageSaysForHowLong()
    {
        const int Tries = 10;
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        await JoinedAsync(platform);
        await using var visit = await DashboardVisit.StartAsync(platform.Url);
        await visit.OpenAsync("/", "Sign in");
        for (var i = 0; i < Tries; i++)
        {
            await SignInAsync(visit, "not the password of the tests");
            await ExpectRefusalAsync(visit, 401, "The address or the password is wrong");
        }

        // Now the right one is of no use either.
        await SignInAsync(visit, Password);
        await ExpectRefusalAsync(visit, 429, "Too many wrong passwords. Try again in 15 minutes.");
        await visit.InspectAsync("sign-in-locked");
    }

    [Fact]
    public async Task Token_WrongThenRight_SignsIn_AndSignedOut_NoPageIsLeft()
    {
        await using var platform = await PlatformServer.StartAsync();
        await platform.CreateTenantAsync("acme");
        using var created = await platform.SendAsync(HttpMethod.Post, "/v1/tenants/acme/tokens", platform.OperatorToken, JsonContent.Create(new { name = "page", role = "viewer" }));
        var token = (await PlatformServer.ExpectAsync(created, HttpStatusCode.Created))["token"]!.GetValue<string>();
        await using var visit = await DashboardVisit.StartAsync(platform.Url);
        await visit.OpenAsync("/t/acme/members", "Sign in");

        await TokenAsync(visit, token[..^1]);
        await ExpectRefusalAsync(visit, 401, "the token isn't valid");
        await TokenAsync(visit, token);
        await visit.HeadingAsync("Members of acme");

        // Neither the way back nor another window shows a page of it, and the cookie is gone.
        var other = await visit.Browser.Context.NewPageAsync();
        await other.GotoAsync(new Uri(platform.Url, "/t/acme").AbsoluteUri);
        await other.GetByRole(AriaRole.Heading, new() { Name = "Apps of acme" }).WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.HeadingAsync("Sign in");
        Assert.DoesNotContain(await visit.Browser.Context.CookiesAsync(), static cookie => cookie.Name.Contains("session", StringComparison.Ordinal));
        await visit.Page.GoBackAsync();
        await visit.HeadingAsync("Sign in");
        await other.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Exact = true }).WaitForAsync();
        visit.AssertClean();
    }

    [Fact]
    public async Task PasswordLink_OfAMember_SetsANewOne_AndEndsTheirSessions()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        await using var platform = await PlatformServer.StartAsync();
        await JoinedAsync(platform);
        await using var jo = await DashboardVisit.StartAsync(platform.Url, Email, Password);
        await using var visit = await DashboardVisit.StartAsync(platform.Url, platform.OperatorToken);
        await visit.OpenAsync("/t/acme/members", "Members of acme");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = $"Password link for {Email}" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        var link = (await visit.Page.GetByRole(AriaRole.Region, new() { Name = $"The password link for {Email}" }).InnerTextAsync()).Trim();
        visit.AssertClean();

        await using var locked = await DashboardVisit.StartAsync(platform.Url);
        var page = locked.Page;
        await page.GotoAsync(link);
        await locked.HeadingAsync("Set a new password");
        Assert.DoesNotContain('#', page.Url);
        await locked.InspectAsync("reset-password");
        await page.GetByLabel("Password").FillAsync("another password of the tests");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await page.GetByText("Done.").WaitForAsync();
        await locked.InspectAsync("password-set");

        // Whoever had a page open with the old one is out, and the new one signs in.
        await jo.HeadingAsync("Sign in");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await SignInAsync(locked, Password);
        await ExpectRefusalAsync(locked, 401, "The address or the password is wrong");
        await SignInAsync(locked, "another password of the tests");
        await locked.HeadingAsync("Apps of acme");
        locked.AssertClean();

        // The link worked once.
        await page.GotoAsync(link);
        await page.GetByLabel("Password").FillAsync("a third password of the tests");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await page.GetByText("The link").WaitForAsync();
        locked.AssertRefused(404);
        await locked.InspectAsync("link-used");
    }

    private static async Task JoinedAsync(PlatformServer platform)
    {
        await platform.CreateTenantAsync("acme");
        using var invited = await platform.SendAsync(HttpMethod.Post, "/v1/tenants/acme/members", platform.OperatorToken, JsonContent.Create(new { email = Email, role = "owner" }));
        var link = (await PlatformServer.ExpectAsync(invited, HttpStatusCode.Created))["link"]!.GetValue<string>();
        await using var visit = await DashboardVisit.StartAsync(platform.Url);
        await visit.Page.GotoAsync(link);
        await visit.HeadingAsync("Join");
        await visit.InspectAsync("join");
        await visit.Page.GetByLabel("Name").FillAsync("Jo");
        await visit.Page.GetByLabel("Password").FillAsync(Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await visit.Page.GetByText("Done.").WaitForAsync();
        visit.AssertClean();
    }

    private static async Task SignInAsync(DashboardVisit visit, string password)
    {
        await visit.Page.GetByLabel("E-mail").FillAsync(Email);
        await visit.Page.GetByLabel("Password").FillAsync(password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    private static async Task TokenAsync(DashboardVisit visit, string token)
    {
        await visit.Page.GetByLabel("Token").FillAsync(token);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the token" }).ClickAsync();
    }

    private static async Task ExpectRefusalAsync(DashboardVisit visit, int status, string words)
    {
        // The form takes another try once the answer is there; before, the words may be those of the try before.
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true })).ToBeEnabledAsync(new() { Timeout = (float)ServerProcess.Patience.TotalMilliseconds });
        await visit.Page.GetByRole(AriaRole.Alert).GetByText(words).WaitForAsync();
        visit.AssertRefused(status);
    }
}
