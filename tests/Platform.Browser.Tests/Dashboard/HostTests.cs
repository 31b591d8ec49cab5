using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.FunctionalTests.Tls;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>Where there are pages, and where there must be none.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task Apps_NeverServePages_AndPagesAreNoApps()
    {
        await using var platform = await PlatformServer.StartAsync();
        var tenant = await platform.CreateTenantAsync("acme");
        await tenant.DeployAsync("hello", "c-hello");

        // Whatever the path, an app's host is the app's, and one that is nobody's is nothing.
        foreach (var path in (string[])["/", "/sign-in", "/t/acme", "/_blazor", "/_framework/blazor.web.js", "/_content/Platform.Dashboard/dashboard.css"])
        {
            using var own = await tenant.GetAsync("hello", path);
            Assert.Equal("Hello from WebAssembly\n", (await own.Content.ReadAsStringAsync()).TrimEnd('\n') + "\n");
            using var other = await platform.GetAppAsync("nobody.example.com", path);
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        }
    }

    [Fact]
    public async Task Anonymous_GetsTheWayIn_AndNothingElse()
    {
        await using var platform = await PlatformServer.StartAsync();
        using var page = await platform.Http.GetAsync("/t/acme/apps/hello?x=1");
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Equal("/sign-in?returnUrl=%2Ft%2Facme%2Fapps%2Fhello%3Fx%3D1", page.Headers.Location!.ToString());
        using var forged = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", $"platform-session={new string('a', 75)}" } } };
        using var refused = await platform.Http.SendAsync(forged);
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);

        // A circuit: from another origin's page, and from this one's without a session.
        using var crossed = await NegotiateAsync(platform, "https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, crossed.StatusCode);
        using var anonymous = await NegotiateAsync(platform, platform.Url.GetLeftPart(UriPartial.Authority));
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);

        using var signIn = await platform.Http.GetAsync("/sign-in");
        Assert.Equal(HttpStatusCode.OK, signIn.StatusCode);
        Assert.Contains("script-src 'self';", signIn.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", signIn.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", signIn.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_InPlainHttpFromElsewhere_AsksForHttps()
    {
        // The proxy says where the client is.
        await using var platform = await PlatformServer.StartAsync(settings: new Dictionary<string, string> { ["Platform__TrustedProxies__0"] = "127.0.0.1/32" });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in") { Headers = { { "X-Forwarded-For", "203.0.113.7" }, { "X-Forwarded-Proto", "http" } } };
        using var answer = await platform.Http.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("HTTPS required", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", page, StringComparison.Ordinal);
    }

    /// <summary>A page's connection costs memory as long as it is held, and nothing else bounds them.</summary>
    [Fact]
    public async Task Connections_OfOneVisitor_AreBounded_AndOneMorePageIsRefusedInWords()
    {
        const int Most = 30;
        await using var platform = await PlatformServer.StartAsync();
        using var signedIn = await platform.SendAsync(HttpMethod.Post, "/v1/sessions", null, JsonContent.Create(new { token = platform.OperatorToken, cookie = true }));
        Assert.Equal(HttpStatusCode.Created, signedIn.StatusCode);
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var sockets = new List<ClientWebSocket>();
        try
        {
            for (var i = 0; i < Most; i++)
            {
                Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(platform, cookie, sockets));
            }

            Assert.Equal(HttpStatusCode.TooManyRequests, await ConnectAsync(platform, cookie, sockets));
            var (status, text) = await PageAsync(platform, cookie);
            Assert.Equal(HttpStatusCode.TooManyRequests, status);
            Assert.StartsWith("Too many pages are open: 30 of yours.", text, StringComparison.Ordinal);

            sockets[0].Abort();
            await Waiting.ForAsync(async () => (await PageAsync(platform, cookie)).Status == HttpStatusCode.OK, "a page may be opened again");
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task OverTls_PagesWork_WithTheCookieOfThePrefix()
    {
        await using var platform = await TlsPlatform.StartAsync();
        var url = new Uri($"https://{TlsPlatform.BaseDomain}:{platform.Port}/");
        await using var visit = await DashboardVisit.StartAsync(url, platform.Server.OperatorToken);
        await visit.HeadingAsync("No tenant yet");
        visit.AssertClean();
    }

    private static async Task<HttpStatusCode> ConnectAsync(PlatformServer platform, string cookie, List<ClientWebSocket> sockets)
    {
        var socket = new ClientWebSocket();
        sockets.Add(socket);
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.SetRequestHeader("Origin", platform.Url.GetLeftPart(UriPartial.Authority));
        try
        {
            await socket.ConnectAsync(new UriBuilder(platform.Url) { Scheme = "ws", Path = "/_blazor" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            // Refused: the status says why.
        }

        return socket.HttpStatusCode;
    }

    private static async Task<(HttpStatusCode Status, string Text)> PageAsync(PlatformServer platform, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", cookie } } };
        using var answer = await platform.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpResponseMessage> NegotiateAsync(PlatformServer platform, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1") { Headers = { { "Origin", origin } } };
        return await platform.Http.SendAsync(request);
    }
}
