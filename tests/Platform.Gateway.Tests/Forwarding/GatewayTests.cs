using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Platform.Contracts.Invocation;
using Platform.Gateway.Tests.Hosting;

namespace Platform.Gateway.Tests.Forwarding;

/// <summary>The gateway over a real server.</summary>
public sealed class GatewayTests : IAsyncLifetime
{
    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await GatewayServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1:80")]
    [InlineData("[::1]")]
    public async Task Request_BaseDomain_FallsThroughWithARequestId(string host)
    {
        using var response = await _server.GetAsync(host);
        Assert.Equal("base", await response.Content.ReadAsStringAsync());
        Assert.Equal(26, Assert.Single(response.Headers.GetValues("platform-request-id")).Length);
        Assert.Empty(_server.Invoker.Targets);
    }

    [Fact]
    public async Task Request_App_IsInvokedWithItsTarget()
    {
        using var response = await _server.GetAsync("Shop--ACME.localhost.:8080", "/a%2Fb/?q=1");
        Assert.Equal("guest", await response.Content.ReadAsStringAsync());
        var target = Assert.Single(_server.Invoker.Targets);
        Assert.Equal(("acme", "shop", 1, "main", "/...", "/a%2Fb/"), (target.Tenant, target.App, target.Version, target.Component, target.Route, target.PathInfo));
        Assert.Equal(target.RequestId, Assert.Single(response.Headers.GetValues("platform-request-id")));
        var spin = target.SpinHeaders.ToDictionary();
        Assert.Equal("http://Shop--ACME.localhost.:8080/a%2Fb/?q=1", spin["spin-full-url"]);
        Assert.StartsWith("127.0.0.1:", spin["spin-client-addr"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_Version_IsTheOneAskedFor()
    {
        _server.Snapshots.Add("acme", "shop", 2, true, "/...");
        foreach (var (host, version) in new[] { ("shop--v1--acme.localhost", 1), ("shop--v2--acme.localhost", 2), ("shop--acme.localhost", 2) })
        {
            using var response = await _server.GetAsync(host);
            Assert.Equal(version, _server.Invoker.Targets[^1].Version);
        }
    }

    [Theory]
    [InlineData("nothing--acme.localhost", "/", "no-app")]
    [InlineData("shop--other.localhost", "/", "no-app")]
    [InlineData("shop--v2--acme.localhost", "/", "no-app")]
    [InlineData("notlive--acme.localhost", "/", "no-app")]
    [InlineData("evil.test", "/", "no-app")]
    [InlineData("exact--acme.localhost", "/other", "no-route")]
    public async Task Request_NothingThere_Is404(string host, string path, string type)
    {
        _server.Snapshots.Add("acme", "notlive", 1, false, "/...");
        _server.Snapshots.Add("acme", "exact", 1, true, "/only");
        using var response = await _server.GetAsync(host, path);
        await ExpectProblemAsync(response, HttpStatusCode.NotFound, type);
        Assert.Empty(_server.Invoker.Targets);
    }

    [Fact]
    public async Task Request_FieldsOfThePlatform_AreStripped()
    {
        string[] hostile =
        [
            "spin-path-info", "Spin-Client-Addr", "SPIN_FULL_URL", "spin-anything", "platform-request-id", "Platform_Target", "X-Forwarded-For", "x-forwarded-proto",
            "X_Forwarded_Host", "Forwarded", "X-Real-IP", "X-Original-Proto",
        ];
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "shop--acme.localhost" } };
        foreach (var name in hostile)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, "forged"));
        }

        request.Headers.Add("Spinning", "kept");
        request.Headers.Add("x-forward", "kept");
        request.Headers.Add("plat", "kept");
        using var response = await _server.Http.SendAsync(request);
        Assert.DoesNotContain("forged", _server.Invoker.Fields.Values);
        Assert.Equal(3, _server.Invoker.Fields.Values.Count(value => value == "kept"));
        var target = Assert.Single(_server.Invoker.Targets);
        Assert.DoesNotContain(target.SpinHeaders, header => header.Value.Contains("forged", StringComparison.Ordinal));
        Assert.DoesNotContain("forged", response.Headers.GetValues("platform-request-id"));
    }

    [Theory]
    [InlineData(InvocationStatus.Capacity, 503, "capacity", true)]
    [InlineData(InvocationStatus.Stale, 503, "capacity", true)]
    [InlineData(InvocationStatus.TenantConcurrency, 429, "concurrency-limit", true)]
    [InlineData(InvocationStatus.RateLimit, 429, "rate-limit", true)]
    [InlineData(InvocationStatus.FuelQuota, 403, "quota-exceeded", false)]
    [InlineData(InvocationStatus.BodyTooLarge, 413, "body-limit", false)]
    [InlineData(InvocationStatus.Trap, 500, "trap", false)]
    [InlineData(InvocationStatus.Quarantined, 500, "quarantined", false)]
    [InlineData(InvocationStatus.NoResponse, 500, "no-response", false)]
    [InlineData(InvocationStatus.BadResponse, 502, "bad-response", false)]
    [InlineData(InvocationStatus.Fuel, 504, "fuel-limit", false)]
    [InlineData(InvocationStatus.Wall, 504, "wall-limit", false)]
    public async Task Outcome_WithoutAResponse_BecomesAProblem(InvocationStatus status, int code, string type, bool retry)
    {
        // What workers keep of the request says the same.
        Assert.Equal(code, InvocationStatusCodes.Of(status));
        _server.Invoker.Answer = context =>
        {
            context.Response.Headers["x-guest"] = "inside";
            return new(new InvocationOutcome(status));
        };
        using var response = await _server.GetAsync("shop--acme.localhost");
        await ExpectProblemAsync(response, (HttpStatusCode)code, type);
        Assert.False(response.Headers.Contains("x-guest"));
        Assert.Equal(retry, response.Headers.RetryAfter is not null);
        Assert.Equal(status == InvocationStatus.Stale ? 2 : 1, _server.Invoker.Targets.Count);
    }

    [Fact]
    public async Task Outcome_StaleOnce_IsTriedAgainWithTheNewSnapshot()
    {
        var hello = _server.Invoker.Answer;
        _server.Invoker.Answer = _ =>
        {
            _server.Snapshots.Add("acme", "shop", 2, true, "/...");
            _server.Invoker.Answer = hello;
            return new(new InvocationOutcome(InvocationStatus.Stale));
        };
        using var response = await _server.GetAsync("shop--acme.localhost");
        Assert.Equal("guest", await response.Content.ReadAsStringAsync());
        Assert.Equal([1, 2], _server.Invoker.Targets.Select(target => target.Version));
    }

    [Fact]
    public async Task Outcome_FailureAfterTheHead_BreaksTheResponseOff()
    {
        var headSeen = new TaskCompletionSource();
        _server.Invoker.Answer = async context =>
        {
            await context.Response.WriteAsync("half", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await headSeen.Task;
            return new InvocationOutcome(InvocationStatus.Trap, HeadSent: true);
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "shop--acme.localhost" } };
        using var response = await _server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        headSeen.SetResult();
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(408)]
    public async Task Outcome_BodyThatCouldNotBeRead_IsTheClientsFault(int status)
    {
        _server.Invoker.Answer = _ => new(new InvocationOutcome(InvocationStatus.Trap, ClientFault: status));
        using var response = await _server.GetAsync("shop--acme.localhost");
        await ExpectProblemAsync(response, (HttpStatusCode)status, "bad-request");
    }

    [Fact]
    public async Task Outcome_InvokerThrows_IsAProblemWithoutInternals()
    {
        _server.Invoker.Answer = _ => throw new InvalidOperationException("secret detail");
        using var response = await _server.GetAsync("shop--acme.localhost");
        var text = await ExpectProblemAsync(response, HttpStatusCode.InternalServerError, "internal");
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("*/*", false)]
    [InlineData("text/html", true)]
    [InlineData("text/*", true)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", true)]
    [InlineData("application/json, text/html;q=0.9", false)]
    [InlineData("text/html;q=0.5, application/problem+json;q=0.6", false)]
    [InlineData("text/html, application/json", false)]
    [InlineData("text/html;q=0, */*", false)]
    [InlineData("text/html;q=0.1, application/json;q=0", true)]
    [InlineData("image/png", false)]
    [InlineData(",;,garbage;;q=x", false)]
    public async Task Error_Accept_DecidesBetweenPageAndDocument(string? accept, bool html)
    {
        using var response = await _server.GetAsync("nothing--acme.localhost", "/", accept);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(html ? "text/html" : "application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var id = Assert.Single(response.Headers.GetValues("platform-request-id"));
        Assert.Contains(id, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Error_Head_HasNoBody()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/") { Headers = { Host = "nothing--acme.localhost" } };
        using var response = await _server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.True(response.Content.Headers.ContentLength > 0);
    }

    [Theory]
    [InlineData("websocket", "shop", 501)]
    [InlineData("foo, websocket", "shop", 501)]
    [InlineData("websocket", "nothing", 404)]
    [InlineData("h2c", "shop", 200)]
    public async Task Upgrade_OverHttp1_Is501ExceptH2c(string protocol, string app, int status)
    {
        var answer = await _server.SendRawAsync(
            $"GET / HTTP/1.1\r\nHost: {app}--acme.localhost\r\nConnection: Upgrade, close\r\nUpgrade: {protocol}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upgrade_WebSocketOverHttp2_Is501()
    {
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Host", "shop--acme.localhost");
        using var handler = new HttpClient(new SocketsHttpHandler());
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(_server.WebSocketUrl, handler, CancellationToken.None));
        Assert.Equal(HttpStatusCode.NotImplemented, socket.HttpStatusCode);
        Assert.Empty(_server.Invoker.Targets);
    }

    [Fact]
    public async Task Request_Http2_IsInvokedByItsAuthority()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/x") { Headers = { Host = "shop--acme.localhost" }, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await _server.Http2.SendAsync(request);
        Assert.Equal("guest", await response.Content.ReadAsStringAsync());
        Assert.Equal("/x", Assert.Single(_server.Invoker.Targets).PathInfo);
    }

    [Theory]
    [InlineData("/a/../b")]
    [InlineData("/%2e%2e/%2F")]
    [InlineData("//evil.test/x")]
    [InlineData("/%00")]
    [InlineData("/a;b=c/:d")]
    [InlineData("/%zz")]
    public async Task Request_OddPath_ReachesTheGuestAsSent(string path)
    {
        var answer = await _server.SendRawAsync($"GET {path}?x HTTP/1.1\r\nHost: shop--acme.localhost\r\nConnection: close\r\n\r\n");
        if (answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal))
        {
            // The server's own refusal.
            Assert.Empty(_server.Invoker.Targets);
            return;
        }

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Equal(path, Assert.Single(_server.Invoker.Targets).PathInfo);
    }

    [Fact]
    public async Task Request_VeryLongPath_DoesNotHurt()
    {
        var answer = await _server.SendRawAsync($"GET /{new string('/', 7000)} HTTP/1.1\r\nHost: shop--acme.localhost\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET http://shop--acme.localhost/x HTTP/1.1\r\nHost: shop--acme.localhost\r\n", 200)]
    [InlineData("GET http://shop--acme.localhost/x HTTP/1.1\r\nHost: other--acme.localhost\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: shop--acme.localhost\r\nHost: localhost\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n", 400)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: shop--acme.localhost\r\n", 200)]
    [InlineData("CONNECT shop--acme.localhost:80 HTTP/1.1\r\nHost: shop--acme.localhost:80\r\n", 501)]
    public async Task Request_UnusualTarget_IsAnswered(string head, int status)
    {
        var answer = await _server.SendRawAsync($"{head}Connection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    private static async Task<string> ExpectProblemAsync(HttpResponseMessage response, HttpStatusCode status, string type)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal("urn:platform:problem:" + type, problem["type"]!.GetValue<string>());
        Assert.Equal((int)status, problem["status"]!.GetValue<int>());
        Assert.Equal(Assert.Single(response.Headers.GetValues("platform-request-id")), problem["platform-request-id"]!.GetValue<string>());
        return text;
    }
}
