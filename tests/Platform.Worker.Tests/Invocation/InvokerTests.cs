using System.Net;
using System.Security.Cryptography;
using System.Text;
using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Invocation;

public sealed class InvokerTests
{
    [Fact]
    public async Task Response_Small_GoesOutWholeWithItsLength()
    {
        await using var server = await InvokerServer.StartAsync(static request => Guest.Answer(
            request, "hello", 201, ("content-type", "text/plain"), ("x-a", "1"), ("x-a", "2"), ("x-latin", "caf\u00e9")));
        using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(5, response.Content.Headers.ContentLength);
        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        Assert.Equal(["1", "2"], response.Headers.GetValues("x-a"));
        Assert.Null(response.Headers.TransferEncodingChunked);
        Assert.Equal(new InvocationOutcome(InvocationStatus.Guest), Assert.Single(server.Outcomes));
    }

    [Fact]
    public async Task Invocations_Reused_DontMixTheirResponses()
    {
        await using var server = await InvokerServer.StartAsync(static request => Guest.Answer(
            request, request.PathWithQuery + new string('x', request.PathWithQuery.Length * 1000), 200, ("x-path", request.PathWithQuery)));
        await Parallel.ForAsync(0, 300, async (i, cancel) =>
        {
            var path = $"/{i}?{new string('q', i % 90)}";
            using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative), cancel);
            Assert.Equal(path, response.Headers.GetValues("x-path").Single());
            Assert.Equal(path + new string('x', path.Length * 1000), await response.Content.ReadAsStringAsync(cancel));
        });
    }

    [Fact]
    public async Task Cookies_BeyondTheAppsHost_AreDroppedAndLogged()
    {
        await using var server = await InvokerServer.StartAsync(static request => Guest.Answer(
            request,
            "x",
            200,
            ("set-cookie", "own=1"),
            ("set-cookie", "wide=secret; Domain=localhost"),
            ("set-cookie", "same=1; Domain=shop--acme.localhost"),
            ("set-cookie", "__Host-platform-session=1; Secure; Path=/")));
        using var message = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "shop--acme.localhost" } };
        using var response = await server.Client.SendAsync(message);

        Assert.Equal(["own=1", "same=1; Domain=shop--acme.localhost"], response.Headers.GetValues("set-cookie"));
        await Eventually.HoldsAsync(() => server.Logs.Records.Count == 2, "two lines");
        Assert.All(server.Logs.Records, static line => Assert.Equal("platform", line.Stream));
        Assert.Equal(
            ["a Set-Cookie was dropped: its Domain 'localhost' isn't shop--acme.localhost", "a Set-Cookie was dropped: its name is the platform's"],
            server.Logs.Records.Select(static line => line.Text));
    }

    [Fact]
    public async Task Fields_OfThePlatformAndTheConnection_PassNeitherWay()
    {
        IReadOnlyList<HeaderField> seen = [];
        await using var server = await InvokerServer.StartAsync(request =>
        {
            seen = request.Headers;
            return Guest.Answer(
                request, "x", 200, ("platform-receipt", "forged"), ("connection", "close"), ("transfer-encoding", "chunked"), ("keep-alive", "1"), ("x-ok", "1"));
        });
        using var message = new HttpRequestMessage(HttpMethod.Get, "/");
        message.Headers.Add("Spin-Path-Info", "forged");
        message.Headers.Add("Platform-Internal-Tenant", "forged");
        message.Headers.Add("Connection", "keep-alive");
        message.Headers.Add("X-Mixed-Case", ["a", "b"]);
        using var response = await server.Client.SendAsync(message);

        Assert.Equal(["x-ok"], response.Headers.Select(static header => header.Key.ToLowerInvariant()).Where(static name => name is not ("date" or "server")));
        Assert.Equal("/x", Assert.Single(seen, static header => header.Name == "spin-path-info").Value);
        Assert.DoesNotContain(seen, static header => header.Name.StartsWith("platform-", StringComparison.Ordinal) || header.Name == "connection");
        Assert.Contains(seen, static header => header.Name == "x-mixed-case");
        Assert.Contains(seen, static header => header.Name == "host");
    }

    [Fact]
    public async Task Body_Large_ArrivesWholeWithBackpressure()
    {
        var most = 0;
        var data = RandomNumberGenerator.GetBytes(5 << 20);
        await using var server = await InvokerServer.StartAsync(request =>
        {
            Guest.Start(request, 200);
            foreach (var chunk in data.Chunk(40_000))
            {
                most = Math.Max(most, request.Response.WritableBytes);
                Assert.True(Guest.Write(request, chunk));
            }

            request.Response.Complete([]);
            return SandboxOutcome.Completed;
        });

        Assert.Equal(data, await server.Client.GetByteArrayAsync(new Uri("/", UriKind.Relative)));
        Assert.InRange(most, 1, 128 << 10);
    }

    [Fact]
    public async Task Guest_AheadOfASlowClient_IsStopped()
    {
        long written = 0;
        using var release = new ManualResetEventSlim();
        await using var server = await InvokerServer.StartAsync(request =>
        {
            Guest.Start(request, 200);
            var chunk = new byte[32 << 10];
            while (Guest.Write(request, chunk))
            {
                Interlocked.Add(ref written, chunk.Length);
            }

            return SandboxOutcome.Aborted;
        });
        using (var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
        {
            // Nobody reads: the sockets' buffers fill, then Kestrel's, then ours.
            long before;
            do
            {
                before = Interlocked.Read(ref written);
                await Task.Delay(200);
            }
            while (Interlocked.Read(ref written) != before);
            Assert.InRange(before, 1, 64L << 20);
        }

        await Eventually.HoldsAsync(() => server.Outcomes.Count == 1, "the guest ends when the client goes");
        Assert.Equal(InvocationStatus.ClientGone, server.Outcomes.Single().Status);
    }

    [Fact]
    public async Task Chunks_WrittenBeforeAWait_ArriveBeforeTheGuestEnds()
    {
        using var seen = new ManualResetEventSlim();
        await using var server = await InvokerServer.StartAsync(request =>
        {
            Guest.Start(request, 200);
            Guest.Write(request, "first "u8);
            request.Response.Flush();
            Assert.True(Guest.Wait(request, seen));
            Guest.Write(request, "second"u8);
            request.Response.Complete([]);
            return SandboxOutcome.Completed;
        });
        using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[6];
        await body.ReadExactlyAsync(buffer);
        Assert.Equal("first ", Encoding.UTF8.GetString(buffer));
        seen.Set();
        using var rest = new StreamReader(body);
        Assert.Equal("second", await rest.ReadToEndAsync());
    }

    [Fact]
    public async Task Chunks_OfAGuestThatNeverWaits_AreSentBySweep()
    {
        using var seen = new ManualResetEventSlim();
        await using var server = await InvokerServer.StartAsync(request =>
        {
            Guest.Start(request, 200);
            Guest.Write(request, "first "u8);
            request.Response.Flush();
            seen.Wait();
            request.Response.Complete([]);
            return SandboxOutcome.Completed;
        });
        using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[6]);
        seen.Set();
        Assert.Equal(0, await body.ReadAsync(new byte[1]));
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    public async Task Response_WithoutABody_SendsNone(string method, int status)
    {
        await using var server = await InvokerServer.StartAsync(request => Guest.Answer(request, "not to be sent", status));
        for (var i = 0; i < 2; i++)
        {
            using var message = new HttpRequestMessage(new HttpMethod(method), "/");
            using var response = await server.Client.SendAsync(message);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
            Assert.Equal(status == 200 ? 14L : null, response.Content.Headers.ContentLength is 0 ? null : response.Content.Headers.ContentLength);
        }
    }

    [Theory]
    [InlineData("4")]
    [InlineData("6")]
    [InlineData("+5")]
    [InlineData("5, 5")]
    public async Task ContentLength_ThatIsWrong_IsABadResponse(string length)
    {
        await using var server = await InvokerServer.StartAsync(request => Guest.Answer(request, "hello", 200, ("content-length", length), ("x-guest", "1")));
        using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal("BadResponse", response.Headers.GetValues("test-outcome").Single());
        Assert.False(response.Headers.Contains("x-guest"));
    }

    [Theory]
    [InlineData("4")]
    [InlineData("600000")]
    public async Task ContentLength_ThatIsWrongOnceTheHeadIsSent_Aborts(string length)
    {
        await using var server = await InvokerServer.StartAsync(request => Guest.Answer(request, new string('x', 500_000), 200, ("content-length", length)));
        await Assert.ThrowsAnyAsync<Exception>(() => server.Client.GetByteArrayAsync(new Uri("/", UriKind.Relative)));
        await Eventually.HoldsAsync(() => server.Outcomes.Count == 1, "the invocation ends");
        Assert.Equal(InvocationStatus.BadResponse, server.Outcomes.Single().Status);
    }

    [Theory]
    [InlineData(SandboxOutcome.Trap, InvocationStatus.Trap, "trap: detail for the tenant\nframe 1")]
    [InlineData(SandboxOutcome.Fuel, InvocationStatus.Fuel, "out of fuel: detail for the tenant\nframe 1")]
    [InlineData(SandboxOutcome.Wall, InvocationStatus.Wall, "over its wall time: detail for the tenant\nframe 1")]
    [InlineData(SandboxOutcome.NoResponse, InvocationStatus.NoResponse, "no response: detail for the tenant\nframe 1")]
    [InlineData(SandboxOutcome.NodeMemory, InvocationStatus.Capacity, "the node has no room: detail for the tenant\nframe 1")]
    [InlineData(SandboxOutcome.NoSlot, InvocationStatus.Capacity, "the node has no room: detail for the tenant\nframe 1")]
    public async Task Failure_BeforeTheHeadIsSent_LeavesTheAnswerToTheCallerAndTellsTheTenant(SandboxOutcome end, InvocationStatus status, string text)
    {
        await using var server = await InvokerServer.StartAsync(request =>
        {
            Guest.Start(request, 200, ("x-guest", "1"));
            Guest.Write(request, "half a body"u8);
            request.Log.Write(true, "last words"u8);
            return end;
        });
        using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal(status.ToString(), response.Headers.GetValues("test-outcome").Single());
        Assert.False(response.Headers.Contains("x-guest"));
        Assert.Equal("", await response.Content.ReadAsStringAsync());
        Assert.Equal(status == InvocationStatus.Capacity ? "1" : null, response.Headers.RetryAfter?.ToString());
        await Eventually.HoldsAsync(() => server.Logs.Records.Count == 2, "the log is handed over");
        Assert.Equal(
            [("platform", text), ("stderr", "last words")], server.Logs.Records.Select(static record => (record.Stream, record.Text)));
        Assert.All(server.Logs.Records, static record => Assert.Equal("req-1", record.RequestId));
    }

    [Fact]
    public async Task Failure_AfterTheHeadIsSent_NeverEndsCleanly()
    {
        await using var server = await InvokerServer.StartAsync(static request =>
        {
            Guest.Start(request, 200);
            Guest.Write(request, new byte[300_000]);
            return SandboxOutcome.Trap;
        });
        foreach (var client in (HttpClient[])[server.Client, server.Http2])
        {
            using var response = await client.GetAsync(new Uri("/", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsByteArrayAsync());
        }

        await Eventually.HoldsAsync(() => server.Outcomes.Count == 2, "the invocations end");
        Assert.All(server.Outcomes, static outcome => Assert.Equal(new InvocationOutcome(InvocationStatus.Trap, HeadSent: true), outcome));
    }

    [Fact]
    public async Task Runner_ThatThrows_IsATrapAndTheNextRequestIsServed()
    {
        await using var server = await InvokerServer.StartAsync(static request =>
            request.PathWithQuery == "/throw" ? throw new InvalidOperationException("a bug") : Guest.Answer(request, "ok"));
        using var response = await server.Client.GetAsync(new Uri("/throw", UriKind.Relative));
        Assert.Equal("Trap", response.Headers.GetValues("test-outcome").Single());
        Assert.Equal("ok", await server.Client.GetStringAsync(new Uri("/", UriKind.Relative)));
    }

    [Fact]
    public async Task Client_Gone_StopsTheGuest()
    {
        using var started = new ManualResetEventSlim();
        using var never = new ManualResetEventSlim();
        await using var server = await InvokerServer.StartAsync(request =>
        {
            started.Set();
            return Guest.Wait(request, never) ? SandboxOutcome.Completed : SandboxOutcome.Aborted;
        });
        using var cancel = new CancellationTokenSource();
        var request = server.Client.GetAsync(new Uri("/", UriKind.Relative), cancel.Token);
        started.Wait();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);

        await Eventually.HoldsAsync(() => server.Outcomes.Count == 1, "the guest is stopped");
        Assert.Equal(InvocationStatus.ClientGone, server.Outcomes.Single().Status);
        Assert.Empty(server.Logs.Records);
    }

    [Fact]
    public async Task RequestBody_Streamed_ReachesTheGuestWhole()
    {
        await using var server = await InvokerServer.StartAsync(static request => Guest.Answer(
            request, Convert.ToHexString(SHA256.HashData(Guest.ReadAll(request))) + (request.Body is null)));
        var data = RandomNumberGenerator.GetBytes(3 << 20);
        using var content = new StreamContent(new MemoryStream(data));
        using var response = await server.Client.PostAsync(new Uri("/", UriKind.Relative), content);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(data)) + "False", await response.Content.ReadAsStringAsync());
        Assert.EndsWith("True", await server.Client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RequestBody_OverItsLimit_IsTooLarge(bool saysLength)
    {
        var runs = 0;
        await using var server = await InvokerServer.StartAsync(
            request =>
            {
                runs++;
                Assert.Throws<RequestBodyLimitException>(() => Guest.ReadAll(request));
                return SandboxOutcome.RequestBody;
            },
            new InvokerServerOptions { Limits = new LimitsDocument(RequestBodyBytes: 100_000) });
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(new byte[100_001]) };
        message.Headers.TransferEncodingChunked = !saysLength;
        using var response = await server.Client.SendAsync(message);

        Assert.Equal("BodyTooLarge", response.Headers.GetValues("test-outcome").Single());
        Assert.Equal(saysLength ? 0 : 1, runs);
    }

    [Fact]
    public async Task Limits_OfTheManifest_AreInForceElseTheDefaults()
    {
        SandboxLimits? seen = null;
        await using var server = await InvokerServer.StartAsync(
            request =>
            {
                seen = request.Limits;
                return Guest.Answer(request, "x");
            },
            new InvokerServerOptions { Limits = new LimitsDocument(Fuel: 77, WallMs: 1500, MemoryBytes: 1L << 40) });
        await server.Client.GetStringAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(new SandboxLimits { Fuel = 77, Wall = TimeSpan.FromMilliseconds(1500), MemoryBytes = 128 << 20 }, seen);
    }

    [Fact]
    public async Task Version_ThatThisWorkerDoesNotKnow_IsStale()
    {
        await using var server = await InvokerServer.StartAsync(static request => Guest.Answer(request, "x"));
        foreach (var (tenant, version) in ((string, string)[])[("acme", "4"), ("nobody", "3")])
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, "/");
            message.Headers.Add("test-tenant", tenant);
            message.Headers.Add("test-version", version);
            using var response = await server.Client.SendAsync(message);
            Assert.Equal("Stale", response.Headers.GetValues("test-outcome").Single());
        }
    }

    [Fact]
    public async Task Module_NotToBeHad_IsCapacity()
    {
        await using var server = await InvokerServer.StartAsync(static request => Guest.Answer(request, "x"));
        server.Source.Corrupt(server.Snapshots.Current.Apps[new AppKey("acme", "shop")].Versions[3].Components[0].ModuleSha256);
        using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal("Capacity", response.Headers.GetValues("test-outcome").Single());
        Assert.Equal("1", response.Headers.RetryAfter?.ToString());
    }
}
