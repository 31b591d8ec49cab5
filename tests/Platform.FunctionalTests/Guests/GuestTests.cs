using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Guests;

/// <summary>Every guest of tests/guests, deployed and called.</summary>
public sealed class GuestTests(SharedPlatform platform)
{
    [Theory]
    [InlineData("c-hello", "Hello from WebAssembly\n")]
    [InlineData("js-fetch", "Hello from JavaScript\n")]
    [InlineData("js-hono", "Hello from Hono\n")]
    [InlineData("c-wagi", "Hello from C\n")]
    [InlineData("rust-wagi", "Hello from Rust\n")]
    [InlineData("as-wagi", "Hello from AssemblyScript\n")]
    public async Task Guest_Root_SaysHello(string guest, string expected)
    {
        var tenant = await DeployedAsync(guest);
        using var response = await tenant.GetAsync("app");
        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty(Assert.Single(response.Headers.GetValues("platform-request-id")));
    }

    [Theory]
    [InlineData("c-echo")]
    [InlineData("c-libc")]
    public async Task Component_Info_SeesMethodPathAndHeaders(string guest)
    {
        var tenant = await DeployedAsync(guest);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/info?q=1&r=%20")
        {
            Headers = { { "X-Test", "two words" }, { "spin-path-info", "/forged" }, { "platform-receipt", "forged" } },
        };
        using var response = await tenant.SendAsync("app", request);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n');
        Assert.Contains("method: PUT", lines);
        Assert.Contains("path: /info?q=1&r=%20", lines);
        Assert.Contains("header x-test: two words", lines);
        Assert.Contains("header spin-path-info: /info", lines);
        Assert.Contains("header spin-matched-route: /...", lines);
        Assert.DoesNotContain(lines, line => line.Contains("forged", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("c-echo", "/echo")]
    [InlineData("c-libc", "/echo")]
    [InlineData("js-fetch", "/echo")]
    [InlineData("c-wagi", "/")]
    [InlineData("rust-wagi", "/")]
    [InlineData("as-wagi", "/")]
    public async Task Guest_Body_ComesBack(string guest, string path)
    {
        var tenant = await DeployedAsync(guest);
        var body = new byte[200_000];
        for (var i = 0; i < body.Length; i++)
        {
            body[i] = (byte)('a' + i % 23);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) { Headers = { { "content-type", "text/plain" } } } };
        using var response = await tenant.SendAsync("app", request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Echo_BodyInParts_EachPartComesBackBeforeTheNextIsSent()
    {
        var tenant = await DeployedAsync("c-echo");
        await using var connection = await RawConnection.OpenAsync(platform.Server.Url);
        await connection.SendAsync($"POST /echo HTTP/1.1\r\nHost: {tenant.HostOf("app")}\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none \r\n");
        var head = await connection.ReadUntilAsync("one ");
        Assert.StartsWith("HTTP/1.1 200 OK", head, StringComparison.Ordinal);
        await connection.SendAsync("3\r\ntwo\r\n");
        await connection.ReadUntilAsync("two");
        await connection.SendAsync("0\r\n\r\n");
        await connection.ReadUntilAsync("0\r\n\r\n");
    }

    [Fact]
    public async Task Hono_Routes_AnswerAsTheApplicationSays()
    {
        var tenant = await DeployedAsync("js-hono");
        using var greeting = await tenant.GetAsync("app", "/greet/ada");
        Assert.Equal("Hello, ada\n", await greeting.Content.ReadAsStringAsync());
        using var created = await tenant.SendAsync("app", new HttpRequestMessage(HttpMethod.Post, "/json") { Content = JsonContent.Create(new { a = 1 }) });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal(1, JsonNode.Parse(await created.Content.ReadAsStringAsync())!["received"]!["a"]!.GetValue<int>());
        using var failed = await tenant.GetAsync("app", "/fail");
        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        Assert.Contains("on purpose", await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c-wagi")]
    [InlineData("rust-wagi")]
    [InlineData("as-wagi")]
    public async Task Wagi_HeaderBlock_BecomesTheResponse(string guest)
    {
        var tenant = await DeployedAsync(guest);
        using var status = await tenant.GetAsync("app", "/?status");
        Assert.Equal(418, (int)status.StatusCode);
        Assert.NotEmpty(status.Headers.GetValues("x-guest"));
        using var redirect = await tenant.GetAsync("app", "/?redirect");
        Assert.Equal(HttpStatusCode.Found, redirect.StatusCode);
        Assert.Equal("/elsewhere", redirect.Headers.Location?.OriginalString);
        using var environment = await tenant.GetAsync("app", "/deep/path?env");
        var lines = (await environment.Content.ReadAsStringAsync()).Split('\n');
        Assert.Contains("PATH_INFO=/deep/path", lines);
        Assert.Contains("REQUEST_METHOD=GET", lines);
    }

    [Theory]
    [InlineData("unknown-import", "acme:nothing/here")]
    [InlineData("wrong-type", "get-random-u64")]
    [InlineData("no-handler", "")]
    [InlineData("core-import", "missing")]
    [InlineData("no-start", "_start")]
    [InlineData("memory64", "")]
    [InlineData("threads", "")]
    public async Task Deploy_GuestThatCantRun_Is422WithTheReason(string guest, string named)
    {
        var tenant = await platform.NewTenantAsync();
        using var response = await tenant.TryDeployAsync("app", await File.ReadAllBytesAsync(Repository.Guest(guest)));
        var problem = await PlatformServer.ExpectAsync(response, HttpStatusCode.UnprocessableEntity);
        Assert.Contains(named, problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private async Task<Tenant> DeployedAsync(string guest)
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("app", guest);
        return tenant;
    }
}
