using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;

namespace Platform.FunctionalTests.Outbound;

/// <summary>Requests that a guest sends (<c>wasi:http/outgoing-handler</c>), through the whole platform to a real server.</summary>
public sealed class OutboundHttpTests(OutboundPlatform platform) : IClassFixture<OutboundPlatform>
{
    private const int DestinationIpProhibited = 4;
    private const int RequestDenied = 15;

    [Fact]
    public async Task Get_AllowedHost_PassesRequestAndResponse()
    {
        var tenant = await platform.NewTenantAsync($"\"http://localhost:{platform.Upstream.Http.Port}\"");
        using var request = new HttpRequestMessage(HttpMethod.Get, To(platform.Upstream.Http, "/hello?a=%2F&b=1")) { Headers = { { "x-test", "kept as \u00e4" } } };
        using var response = await tenant.SendAsync("proxy", request);
        Assert.Equal((203, "hello from upstream\n"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("kept as \u00e4", Header(response, "x-test"));
        Assert.Equal("/hello?a=%2F&b=1", Header(response, "x-target"));
        Assert.Equal("HTTP/1.1", Header(response, "x-protocol"));
        Assert.Equal($"localhost:{platform.Upstream.Http.Port}", Header(response, "x-host"));
    }

    [Fact]
    public async Task Get_OverTls_SpeaksHttp2AndHasTrailers()
    {
        var tenant = await platform.NewTenantAsync($"\"https://localhost:{platform.Upstream.Https.Port}\"");
        using var response = await tenant.GetAsync("proxy", To(platform.Upstream.Https, "/trailers"));
        Assert.Equal("body\ntrailer x-after: the end\n", await response.Content.ReadAsStringAsync());
        Assert.Equal("HTTP/2", Header(response, "x-protocol"));
    }

    [Fact]
    public async Task Post_InParts_EachPartIsSentBeforeTheNextIsThere()
    {
        var tenant = await platform.NewTenantAsync();
        await using var connection = await RawConnection.OpenAsync(platform.Server.Url);
        await connection.SendAsync(
            $"POST {To(platform.Upstream.Http, "/gate?name=parts")} HTTP/1.1\r\nHost: {tenant.HostOf("proxy")}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
        await platform.Upstream.Signal("parts").Task.WaitAsync(ServerProcess.Patience);
        await connection.SendAsync("d\r\n, then second\r\n0\r\n\r\n");
        await connection.ReadUntilAsync("HTTP/1.1 200 OK\r\n");
        await connection.ReadUntilAsync(", then second");
    }

    [Fact]
    public async Task Get_ResponseInParts_EachPartComesBackBeforeTheNextIsSent()
    {
        var tenant = await platform.NewTenantAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, To(platform.Upstream.Http, "/drip?name=drip"));
        using var response = await tenant.SendAsync("proxy", request, HttpCompletionOption.ResponseHeadersRead);
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("one", await body.ReadLineAsync().WaitAsync(ServerProcess.Patience));
        platform.Upstream.Signal("drip").SetResult();
        Assert.Equal("two", await body.ReadLineAsync().WaitAsync(ServerProcess.Patience));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_OfMebibytes_ComesBackWhole(bool tls)
    {
        var tenant = await platform.NewTenantAsync();
        var body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 400_000).Select(i => $"{i:d7}\n")));
        using var request = new HttpRequestMessage(HttpMethod.Post, To(tls ? platform.Upstream.Https : platform.Upstream.Http, "/echo")) { Content = new ByteArrayContent(body) };
        using var response = await tenant.SendAsync("proxy", request);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Post_ThroughTheGuest_IsMeteredBothWays()
    {
        var tenant = await platform.NewTenantAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, To(platform.Upstream.Http, "/echo")) { Content = new ByteArrayContent(new byte[100_000]) };
        using (var response = await tenant.SendAsync("proxy", request))
        {
            Assert.Equal(100_000, (await response.Content.ReadAsByteArrayAsync()).Length);
        }

        JsonNode? usage = null;
        await Waiting.ForAsync(
            async () =>
            {
                using var answer = await tenant.ApiAsync(HttpMethod.Get, "proxy", "/usage?granularity=month");
                usage = (await PlatformServer.ExpectAsync(answer, HttpStatusCode.OK))["rows"]!.AsArray().SingleOrDefault()?["usage"];
                return usage is not null;
            },
            "the usage");
        foreach (var (name, value) in new[] { ("requests", 1), ("outboundRequests", 1), ("bytesIn", 100_000), ("bytesOut", 100_000), ("outboundBytesOut", 100_000), ("outboundBytesIn", 100_000) })
        {
            Assert.Equal((name, value), (name, usage![name]!.GetValue<long>()));
        }
    }

    [Theory]
    [InlineData("\"http://localhost:1\"")]
    [InlineData("\"https://localhost:*\"")]
    [InlineData("\"http://*.localhost:*\"")]
    [InlineData("\"http://127.0.0.0/8:*\"")]
    [InlineData("")]
    public async Task Get_HostNotAllowed_IsDeniedAndTheLogSaysWhatToAdd(string hosts)
    {
        var tenant = await platform.NewTenantAsync(hosts);
        using var response = await tenant.GetAsync("proxy", To(platform.Upstream.Http, "/hello"));
        await ExpectErrorAsync(response, RequestDenied);
        using var stop = new CancellationTokenSource(ServerProcess.Patience);
        using var logs = await tenant.FollowLogsAsync("proxy", stop.Token);
        using var lines = new StreamReader(await logs.Content.ReadAsStreamAsync(stop.Token));
        for (var line = ""; !line!.Contains($"add \\u0022http://localhost:{platform.Upstream.Http.Port}\\u0022 to allowed_outbound_hosts", StringComparison.Ordinal);)
        {
            line = await lines.ReadLineAsync(stop.Token);
            Assert.NotNull(line);
        }
    }

    [Fact]
    public async Task Get_ThePlatformItself_IsProhibitedThoughLoopbackIsAllowed()
    {
        var tenant = await platform.NewTenantAsync();
        using var response = await tenant.GetAsync("proxy", To(platform.Server.Url, "/v1/tenants"));
        await ExpectErrorAsync(response, DestinationIpProhibited);
    }

    [Theory]
    [InlineData("http://service.invalid/", 1)]
    [InlineData("https://{untrusted}/hello", 13)]
    [InlineData("https://{plain}/hello", 12)]
    [InlineData("http://{closed}/", 6)]
    public async Task Get_ThatFails_HasTheInterfacesError(string url, int code)
    {
        using var closed = new Socket(SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var uri = new Uri(url
            .Replace("{untrusted}", platform.Upstream.Untrusted.Authority, StringComparison.Ordinal)
            .Replace("{plain}", platform.Upstream.Http.Authority, StringComparison.Ordinal)
            .Replace("{closed}", $"127.0.0.1:{((IPEndPoint)closed.LocalEndPoint!).Port}", StringComparison.Ordinal));
        var tenant = await platform.NewTenantAsync();
        using var response = await tenant.GetAsync("proxy", To(uri, uri.PathAndQuery));
        await ExpectErrorAsync(response, code);
    }

    [Fact]
    public async Task Get_ConnectTakesTooLong_TimesOut()
    {
        // A queue of one, kept full: further connections are never answered.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var end = (IPEndPoint)full.LocalEndPoint!;
        var waiting = Enumerable.Range(0, 4).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();
        var connects = waiting.Select(socket => socket.ConnectAsync(end)).ToList();
        await Task.WhenAny(connects);
        var tenant = await platform.NewTenantAsync();
        using var response = await SendWithTimeoutAsync(tenant, new Uri($"http://127.0.0.1:{end.Port}"), "/", "connect");
        await ExpectErrorAsync(response, 8);
        waiting.ForEach(socket => socket.Dispose());
        await Task.WhenAll(connects).ContinueWith(static task => task.Exception, TaskScheduler.Default);
    }

    [Fact]
    public async Task Get_HeadTakesTooLong_TimesOutAndTheServerNotices()
    {
        var tenant = await platform.NewTenantAsync();
        using var response = await SendWithTimeoutAsync(tenant, platform.Upstream.Http, "/stall-head?name=head", "first");
        await ExpectErrorAsync(response, 33);
        await platform.Upstream.Signal("head").Task.WaitAsync(ServerProcess.Patience);
    }

    [Fact]
    public async Task Get_BodyTakesTooLong_BreaksTheStream()
    {
        var tenant = await platform.NewTenantAsync();
        using var response = await SendWithTimeoutAsync(tenant, platform.Upstream.Http, "/stall-body", "between");
        Assert.Equal("begun\n\nbody error 9\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_BodyThatBreaksOff_BreaksTheStream()
    {
        var tenant = await platform.NewTenantAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, To(platform.Upstream.Http, "/break?name=break"));
        using var response = await tenant.SendAsync("proxy", request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var part = new byte[4];
        await body.ReadExactlyAsync(part).AsTask().WaitAsync(ServerProcess.Patience);
        platform.Upstream.Signal("break").SetResult();
        using var rest = new StreamReader(body);
        Assert.Matches("^\nbody error (7|25)\n$", await rest.ReadToEndAsync().WaitAsync(ServerProcess.Patience));
    }

    [Fact]
    public async Task Get_PastTheWallTime_Is504AndTheServerNotices()
    {
        var tenant = await platform.NewTenantAsync(limits: "wall-ms = 500");
        using var response = await tenant.GetAsync("proxy", To(platform.Upstream.Http, "/stall-head?name=wall"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        await platform.Upstream.Signal("wall").Task.WaitAsync(ServerProcess.Patience);
    }

    [Fact]
    public async Task Get_EndlessBody_StreamsInFlatMemory()
    {
        var tenant = await platform.NewTenantAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, To(platform.Upstream.Http, "/endless"));
        using var response = await tenant.SendAsync("proxy", request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[1 << 20];
        for (var mebibytes = 0; mebibytes < 200; mebibytes++)
        {
            await body.ReadExactlyAsync(buffer).AsTask().WaitAsync(ServerProcess.Patience);
        }

        var peak = File.ReadLines($"/proc/{platform.Server.Process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        Assert.InRange(long.Parse(peak["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), null), 1, 500_000);
    }

    [Fact]
    public async Task Get_Redirect_IsTheGuestsToFollow()
    {
        var tenant = await platform.NewTenantAsync();
        using var response = await tenant.GetAsync("proxy", To(platform.Upstream.Http, "/redirect"));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("http://169.254.169.254/latest/meta-data", response.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Get_Twice_ReusesTheConnectionButNeverAnotherTenants()
    {
        var (one, other) = (await platform.NewTenantAsync(), await platform.NewTenantAsync());
        using var first = await one.GetAsync("proxy", To(platform.Upstream.Http, "/hello"));
        using var second = await one.GetAsync("proxy", To(platform.Upstream.Http, "/hello"));
        using var third = await other.GetAsync("proxy", To(platform.Upstream.Http, "/hello"));
        Assert.Equal(Header(first, "x-connection"), Header(second, "x-connection"));
        Assert.NotEqual(Header(first, "x-connection"), Header(third, "x-connection"));
    }

    [Fact]
    public async Task Get_TracedRequest_PassesItsTraceOn()
    {
        var tenant = await platform.NewTenantAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, To(platform.Upstream.Http, "/hello"));
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using var response = await tenant.SendAsync("proxy", request);
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", Header(response, "x-traceparent"), StringComparison.Ordinal);
        Assert.DoesNotContain("b7ad6b7169203331", Header(response, "x-traceparent"), StringComparison.Ordinal);
    }

    private static string To(Uri server, string pathAndQuery) => $"/{server.Scheme}/{server.Authority}{pathAndQuery}";

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    private static Task<HttpResponseMessage> SendWithTimeoutAsync(Tenant tenant, Uri server, string path, string which) =>
        tenant.SendAsync("proxy", new HttpRequestMessage(HttpMethod.Get, To(server, path)) { Headers = { { "x-timeout", which } } });

    private static async Task ExpectErrorAsync(HttpResponseMessage response, int code) =>
        Assert.Equal((HttpStatusCode.BadGateway, $"error {code}\n"), (response.StatusCode, await response.Content.ReadAsStringAsync()));
}
