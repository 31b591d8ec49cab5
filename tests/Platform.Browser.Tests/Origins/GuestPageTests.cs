using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Tls;

namespace Platform.Browser.Tests.Origins;

/// <summary>
/// What a page of a hostile tenant's app can do to somebody who is signed in, when apps live below the dashboard's own domain, so that all of it is one site to the browser (attack B17).
/// </summary>
public sealed class GuestPageTests
{
    private const string SessionCookie = "__Host-platform-session";
    private const string Evil = "evil--mallory." + TlsPlatform.BaseDomain;

    private static readonly Dictionary<string, string> SharedDomain = new() { ["Platform__AppsDomain"] = TlsPlatform.BaseDomain };

    [Fact]
    public async Task GuestPage_OfSomebodySignedIn_ReadsAndChangesNothing()
    {
        await using var platform = await TlsPlatform.StartAsync(SharedDomain);
        var mallory = await DeployPagesAsync(platform);
        await using var browser = await Hosting.Browser.StartAsync();
        var statuses = new List<(string Method, string Path, int Status)>();
        browser.Context.Response += (_, response) => statuses.Add((response.Request.Method, new Uri(response.Url).AbsolutePath, response.Status));
        var own = await SignInAsync(browser, platform);
        var guest = await browser.Context.NewPageAsync();
        await guest.GotoAsync($"https://{Evil}:{platform.Port}/");

        // Reading: the browser sends the cookie, the platform refuses, and no CORS header lets the page see even that.
        Assert.Equal("blocked", await FetchAsync(guest, platform, "GET", "/v1/me"));
        Assert.Equal("blocked", await FetchAsync(guest, platform, "GET", "/v1/sessions/current/antiforgery"));
        Assert.Equal("blocked", await FetchAsync(guest, platform, "GET", "/v1/tenants"));

        // Writing without asking first: what a form may send.
        foreach (var (path, body) in ((string, string)[])[("/v1/tenants", """{"name":"planted"}"""), ("/v1/operator-token/rotate", ""), ("/v1/signing-keys/replace", "")])
        {
            await guest.EvaluateAsync(
                "([url, body]) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', headers: { 'content-type': 'text/plain' }, body })", new[] { UrlOf(platform, path), body });
        }

        // Signing the browser in as the attacker.
        await guest.EvaluateAsync(
            "([url, body]) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include', headers: { 'content-type': 'text/plain' }, body })",
            new[] { UrlOf(platform, "/v1/sessions"), JsonSerializer.Serialize(new { token = mallory.Token, cookie = true }) });

        // A real form, which takes the window with it.
        var posted = await guest.RunAndWaitForResponseAsync(
            () => guest.EvaluateAsync("url => { const form = document.createElement('form'); form.method = 'post'; form.action = url; document.body.append(form); setTimeout(() => form.submit()); }", UrlOf(platform, "/v1/operator-token/rotate")),
            response => response.Request.IsNavigationRequest && response.Url.EndsWith("/rotate", StringComparison.Ordinal));
        Assert.Equal(403, posted.Status);
        Assert.Equal("application/problem+json", posted.Headers["content-type"]);

        // The platform's pages in a frame, of a window that isn't on its way to the form's answer.
        var framing = await browser.Context.NewPageAsync();
        await framing.GotoAsync($"https://{Evil}:{platform.Port}/");
        await framing.EvaluateAsync("url => new Promise(done => { const frame = document.createElement('iframe'); frame.src = url; frame.onload = done; document.body.append(frame); })", UrlOf(platform, "/join"));
        Assert.DoesNotContain(framing.Frames, frame => frame.Url == UrlOf(platform, "/join"));

        // A page's circuit, with the cookie that the browser sends along: apps may be on the same site.
        Assert.Equal("refused", await framing.EvaluateAsync<string>(
            "url => new Promise(done => { const socket = new WebSocket(url); socket.onopen = () => done('opened'); socket.onerror = () => done('refused'); })", $"wss://{TlsPlatform.BaseDomain}:{platform.Port}/_blazor"));

        // Everything that the guest's page sent and the platform answered was refused.
        Assert.All(
            statuses.Where(answer => answer.Path.StartsWith("/v1/", StringComparison.Ordinal)).Skip(1),
            answer => Assert.True(answer.Status is 403 or 415, $"{answer.Method} {answer.Path} {answer.Status}"));
        Assert.True(statuses.Count(answer => answer.Status is 403 or 415) >= 5, string.Join("; ", statuses));

        // And the session is whole: the own page still reads and writes, as the one who signed in, and nothing was planted.
        var me = await FetchOwnAsync(own, "GET", "/v1/me", null);
        Assert.Contains("\"isOperator\":true", me, StringComparison.Ordinal);
        Assert.Contains("created-by-own-page", await WriteOwnAsync(own, "/v1/tenants", """{"name":"created-by-own-page"}"""), StringComparison.Ordinal);
        using var tenants = await platform.Server.SendAsync(HttpMethod.Get, "/v1/tenants", platform.Server.OperatorToken);
        Assert.DoesNotContain("planted", await tenants.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GuestPage_CookiesForTheDomain_NeverReachThePlatformOrOtherApps()
    {
        await using var platform = await TlsPlatform.StartAsync(SharedDomain);
        var mallory = await DeployPagesAsync(platform);
        await using var browser = await Hosting.Browser.StartAsync();
        var own = await SignInAsync(browser, platform);
        var session = (await CookiesAsync(browser)).Single(cookie => cookie.Name == SessionCookie);
        var guest = await browser.Context.NewPageAsync();

        // In answers: for the base domain (which the apps' is), for another tenant's app, under the session's name. A cookie of the app's own host stays.
        foreach (var path in (string[])["/own", "/base", "/dotted", "/other", "/session"])
        {
            await guest.GotoAsync($"https://{Evil}:{platform.Port}{path}");
        }

        var cookies = await CookiesAsync(browser);
        Assert.Equal(Evil, cookies.Single(cookie => cookie.Name == "own").Domain);
        Assert.DoesNotContain(cookies, cookie => cookie.Name is "base" or "dotted" or "other");
        Assert.Equal([(TlsPlatform.BaseDomain, session.Value)], cookies.Where(cookie => cookie.Name == SessionCookie).Select(cookie => (cookie.Domain, cookie.Value)));
        using var log = await mallory.ApiAsync(HttpMethod.Get, "evil", "/logs");
        var lines = JsonNode.Parse(await log.Content.ReadAsStringAsync())!["items"]!.AsArray().Select(line => line!["text"]!.GetValue<string>()).Where(text => text.Contains("Set-Cookie was dropped", StringComparison.Ordinal));
        Assert.Equal(4, lines.Count());

        // By script, where no server stands between: the browser itself keeps the session's name from it.
        await guest.EvaluateAsync($"document.cookie = '{SessionCookie}=forged; Domain={TlsPlatform.BaseDomain}; Path=/; Secure'");
        await guest.EvaluateAsync($"document.cookie = '{SessionCookie}=forged; Domain={TlsPlatform.BaseDomain}; Path=/v1; Secure'");
        Assert.Equal(session.Value, (await CookiesAsync(browser)).Single(cookie => cookie.Name == SessionCookie).Value);
        Assert.Contains("\"isOperator\":true", await FetchOwnAsync(own, "GET", "/v1/me", null), StringComparison.Ordinal);

        // The guest's script can't read it.
        Assert.DoesNotContain(SessionCookie, await guest.EvaluateAsync<string>("document.cookie"), StringComparison.Ordinal);
    }

    private static string UrlOf(TlsPlatform platform, string path) => $"https://{TlsPlatform.BaseDomain}:{platform.Port}{path}";

    /// <summary>Mallory's app, whose pages set cookies; her own token is the answer.</summary>
    private static async Task<Tenant> DeployPagesAsync(TlsPlatform platform)
    {
        var mallory = await platform.Server.CreateTenantAsync("mallory");
        await platform.Server.CreateTenantAsync("victim");
        using var deployed = await mallory.TryDeployManifestAsync(
            "evil",
            $$"""
            spin_manifest_version = 2
            [application]
            name = "evil"
            version = "1.0.0"
            [[trigger.http]]
            route = "/..."
            component = "evil"
            executor = { type = "wagi" }
            [component.evil]
            source = "evil.wasm"
            [component.evil.environment]
            COOKIE_own = "own=1; Path=/; Secure"
            COOKIE_base = "base=1; Domain={{TlsPlatform.BaseDomain}}; Path=/; Secure"
            COOKIE_dotted = "dotted=1; Path=/; Secure; Domain=.{{TlsPlatform.BaseDomain}}"
            COOKIE_other = "other=1; Domain=shop--victim.{{TlsPlatform.BaseDomain}}; Path=/; Secure"
            COOKIE_session = "{{SessionCookie}}=forged; Path=/; Secure"
            """,
            ("evil.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-cookies"))));
        await PlatformServer.ExpectAsync(deployed, HttpStatusCode.Created);
        return mallory;
    }

    /// <summary>Signs the browser in as the operator, by a page of the platform's own.</summary>
    private static async Task<IPage> SignInAsync(Hosting.Browser browser, TlsPlatform platform)
    {
        var page = await browser.Context.NewPageAsync();
        await page.GotoAsync(UrlOf(platform, "/join"));
        var answer = await FetchOwnAsync(page, "POST", "/v1/sessions", JsonSerializer.Serialize(new { token = platform.Server.OperatorToken, cookie = true }));
        Assert.Contains("\"accessToken\":null", answer, StringComparison.Ordinal);
        Assert.Contains(await CookiesAsync(browser), cookie => cookie is { Name: SessionCookie, HttpOnly: true, Secure: true, Domain: TlsPlatform.BaseDomain });
        return page;
    }

    private static async Task<IReadOnlyList<BrowserContextCookiesResult>> CookiesAsync(Hosting.Browser browser) => await browser.Context.CookiesAsync();

    private static Task<string> FetchAsync(IPage page, TlsPlatform platform, string method, string path) => page.EvaluateAsync<string>(
        "([method, url]) => fetch(url, { method, credentials: 'include' }).then(answer => answer.text(), () => 'blocked')", new[] { method, UrlOf(platform, path) });

    private static Task<string> FetchOwnAsync(IPage page, string method, string path, string? body) => page.EvaluateAsync<string>(
        "([method, path, body]) => fetch(path, { method, body, headers: body ? { 'content-type': 'application/json' } : {} }).then(answer => answer.text())", new[] { method, path, body });

    private static async Task<string> WriteOwnAsync(IPage page, string path, string body)
    {
        var antiforgery = JsonNode.Parse(await FetchOwnAsync(page, "GET", "/v1/sessions/current/antiforgery", null))!;
        return await page.EvaluateAsync<string>(
            "([path, body, name, value]) => fetch(path, { method: 'POST', body, headers: { 'content-type': 'application/json', [name]: value } }).then(answer => answer.text())",
            new[] { path, body, antiforgery["headerName"]!.GetValue<string>(), antiforgery["token"]!.GetValue<string>() });
    }
}
