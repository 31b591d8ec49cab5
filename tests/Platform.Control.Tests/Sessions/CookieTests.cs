using System.Net.Http.Json;
using Platform.Contracts.Api;
using Platform.Control.Tests.Hosting;

namespace Platform.Control.Tests.Sessions;

/// <summary>Attack B17: what a page of another origin, the same site or not, gets a signed-in browser to send.</summary>
public class CookieTests
{
    private static readonly (string Name, string Value)[] OwnPage = [("Sec-Fetch-Site", "same-origin")];

    [Fact]
    public async Task Write_FromThisOriginWithTheAntiforgeryToken_IsDone()
    {
        await using var server = await ControlServer.StartAsync();
        var browser = await SignInAsync(server);

        using var created = await SendAsync(browser, HttpMethod.Post, "/v1/tenants", OwnPage, withToken: true);

        await created.ReadAsync<TenantResource>(201);
    }

    [Fact]
    public async Task Cookie_OfASession_IsHttpOnlyHostOnlyAndLax()
    {
        await using var server = await ControlServer.StartAsync();
        using var nobody = server.Client(null);

        using var response = await nobody.PostAsJsonAsync("/v1/sessions", new SignInRequest(Token: ControlServer.OperatorToken, Cookie: true));

        var session = await response.ReadAsync<SessionResource>(201);
        Assert.Null(session.AccessToken);
        Assert.Null(session.RefreshToken);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/;", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-site", "cross-origin")]
    [InlineData("Sec-Fetch-Site", "cross-site", "cross-origin")]
    [InlineData("Sec-Fetch-Site", "none", "cross-origin")]
    [InlineData("Origin", "http://evil--acme.localhost:8080", "cross-origin")]
    [InlineData("Origin", "null", "cross-origin")]
    [InlineData(null, null, "cross-origin")]
    public async Task Write_NotOfThisOrigin_IsRefusedEvenWithTheToken(string? header, string? value, string problem)
    {
        await using var server = await ControlServer.StartAsync();
        var browser = await SignInAsync(server);

        using var response = await SendAsync(browser, HttpMethod.Post, "/v1/tenants", header is null ? [] : [(header, value!)], withToken: true);

        await response.ProblemAsync(403, problem);
        Assert.Empty((await server.Operator.GetAsync<Page<TenantResource>>("/v1/tenants")).Items);
    }

    [Fact]
    public async Task Write_WithoutTheTokenOrWithAnothersToken_IsRefused()
    {
        await using var server = await ControlServer.StartAsync();
        var browser = await SignInAsync(server);
        var attacker = await SignInAsync(server);

        using var without = await SendAsync(browser, HttpMethod.Post, "/v1/tenants", OwnPage, withToken: false);

        // The attacker's pair, whose cookie a page of an app may have set for the whole domain.
        using var tossed = await SendAsync(
            browser with { Antiforgery = attacker.Antiforgery, AntiforgeryCookie = attacker.AntiforgeryCookie }, HttpMethod.Post, "/v1/tenants", OwnPage, withToken: true);

        await without.ProblemAsync(403, "antiforgery");
        await tossed.ProblemAsync(403, "antiforgery");
        Assert.Empty((await server.Operator.GetAsync<Page<TenantResource>>("/v1/tenants")).Items);
    }

    [Theory]
    [InlineData("same-site", 403)]
    [InlineData("cross-site", 403)]
    [InlineData("same-origin", 200)]
    [InlineData("none", 200)]
    public async Task Read_ByACookie_IsOfThisOriginOnly(string site, int status)
    {
        await using var server = await ControlServer.StartAsync();
        var browser = await SignInAsync(server);

        using var response = await SendAsync(browser, HttpMethod.Get, "/v1/tenants", [("Sec-Fetch-Site", site)], withToken: false);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "http://evil--acme.localhost:8080")]
    public async Task SignIn_ByAnotherOriginsPage_SetsNoCookie(string header, string value)
    {
        await using var server = await ControlServer.StartAsync();
        using var nobody = server.Client(null);
        nobody.DefaultRequestHeaders.Add(header, value);

        using var response = await nobody.PostAsJsonAsync("/v1/sessions", new SignInRequest(Token: ControlServer.OperatorToken, Cookie: true));

        await response.ProblemAsync(403, "cross-origin");
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task SignOut_OfABrowser_EndsTheSessionAndTakesTheCookie()
    {
        await using var server = await ControlServer.StartAsync();
        var browser = await SignInAsync(server);

        using var ended = await SendAsync(browser, HttpMethod.Delete, "/v1/sessions/current", OwnPage, withToken: true);

        Assert.Equal(204, (int)ended.StatusCode);
        Assert.Contains(ended.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("platform-session=;", StringComparison.Ordinal));
        using var after = await SendAsync(browser, HttpMethod.Get, "/v1/me", OwnPage, withToken: false);
        await after.ProblemAsync(401, "not-signed-in");
    }

    [Fact]
    public async Task AccessTokenOfABearersSession_AsACookie_IsNoCookie()
    {
        await using var server = await ControlServer.StartAsync();
        using var nobody = server.Client(null);
        using var response = await nobody.PostAsJsonAsync("/v1/sessions", new SignInRequest(Token: ControlServer.OperatorToken));
        var session = await response.ReadAsync<SessionResource>(201);
        var browser = new Browser(server, $"platform-session={session.RefreshToken}", "", "");

        using var read = await SendAsync(browser, HttpMethod.Get, "/v1/me", OwnPage, withToken: false);

        await read.ProblemAsync(401, "not-signed-in");
    }

    private static async Task<Browser> SignInAsync(ControlServer server)
    {
        using var nobody = server.Client(null);
        nobody.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        using var response = await nobody.PostAsJsonAsync("/v1/sessions", new SignInRequest(Token: ControlServer.OperatorToken, Cookie: true));
        await response.ReadAsync<SessionResource>(201);
        var browser = new Browser(server, Cookie(response), "", "");
        using var antiforgery = await SendAsync(browser, HttpMethod.Get, "/v1/sessions/current/antiforgery", OwnPage, withToken: false);
        return browser with { Antiforgery = (await antiforgery.ReadAsync<AntiforgeryResource>(200)).Token, AntiforgeryCookie = Cookie(antiforgery) };
    }

    private static string Cookie(HttpResponseMessage response) => response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    private static async Task<HttpResponseMessage> SendAsync(
        Browser browser, HttpMethod method, string path, (string Name, string Value)[] headers, bool withToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = browser.Server.Address };
        using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Post ? JsonContent.Create(new { name = "acme" }) : null };
        request.Headers.Add("Cookie", $"{browser.SessionCookie}; {browser.AntiforgeryCookie}");
        if (withToken)
        {
            request.Headers.Add("platform-antiforgery", browser.Antiforgery);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }

    private sealed record Browser(ControlServer Server, string SessionCookie, string Antiforgery, string AntiforgeryCookie);
}
