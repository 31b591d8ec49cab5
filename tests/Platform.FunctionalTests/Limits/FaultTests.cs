using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Limits;

/// <summary>What a guest does wrong gets the contract's answer, and the next request to another tenant is served by the same process.</summary>
public sealed class FaultTests(SharedPlatform platform)
{
    [Theory]
    [InlineData("/loop", HttpStatusCode.GatewayTimeout)]
    [InlineData("/memory", HttpStatusCode.InternalServerError)]
    [InlineData("/recurse", HttpStatusCode.InternalServerError)]
    [InlineData("/trap", HttpStatusCode.InternalServerError)]
    [InlineData("/divide", HttpStatusCode.InternalServerError)]
    [InlineData("/none", HttpStatusCode.InternalServerError)]
    [InlineData("/error", HttpStatusCode.InternalServerError)]
    [InlineData("/oob", HttpStatusCode.InternalServerError)]
    [InlineData("/oob-result", HttpStatusCode.InternalServerError)]
    [InlineData("/forge", HttpStatusCode.InternalServerError)]
    [InlineData("/forge-type", HttpStatusCode.InternalServerError)]
    [InlineData("/leak", HttpStatusCode.InternalServerError)]
    public async Task Guest_Fault_IsAnsweredAndTheNextTenantIsServed(string path, HttpStatusCode expected)
    {
        var tenant = await FaultyTenantAsync();
        using var response = await tenant.GetAsync("faults", path);
        var body = JsonNode.Parse(await PlatformProblemAsync(response, expected))!;
        Assert.StartsWith("urn:platform:problem:", body["type"]!.GetValue<string>(), StringComparison.Ordinal);
        await ExpectOthersServedAsync();
    }

    [Fact]
    public async Task Guest_SleepsPastItsWallTime_IsAnsweredThenAndTheNextTenantIsServed()
    {
        var tenant = await platform.NewTenantAsync();
        var module = await File.ReadAllBytesAsync(Repository.Guest("c-faults"));
        await tenant.DeployManifestAsync("faults", Manifests.For("faults.wasm", "wall-ms = 1000"), ("faults.wasm", module));
        using var response = await tenant.GetAsync("faults", "/sleep");
        await PlatformProblemAsync(response, HttpStatusCode.GatewayTimeout);
        await ExpectOthersServedAsync();
    }

    [Theory]
    [InlineData("/half")]
    [InlineData("/unfinished")]
    public async Task Guest_FaultAfterTheHead_IsNeverAWholeResponse(string path)
    {
        var tenant = await FaultyTenantAsync();
        using var response = await tenant.SendAsync("faults", new HttpRequestMessage(HttpMethod.Get, path), HttpCompletionOption.ResponseHeadersRead);

        // The fault comes so soon that the head may not have gone out yet.
        if (response.StatusCode == HttpStatusCode.OK)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
        }
        else
        {
            await PlatformProblemAsync(response, HttpStatusCode.InternalServerError);
        }

        await ExpectOthersServedAsync();
    }

    [Fact]
    public async Task Guest_FaultyRequest_ClientThatWantsHtmlGetsAPageWithoutInternals()
    {
        var tenant = await FaultyTenantAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/trap") { Headers = { { "Accept", "text/html" } } };
        using var response = await tenant.SendAsync("faults", request);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("wasm", await response.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_BodyOverTheLimit_Is413(bool lengthKnown)
    {
        var tenant = await platform.NewTenantAsync();
        var echo = await File.ReadAllBytesAsync(Repository.Guest("c-echo"));
        await tenant.DeployManifestAsync("echo", Manifests.For("echo.wasm", "request-body-bytes = 1000"), ("echo.wasm", echo));

        using var within = new HttpRequestMessage(HttpMethod.Post, "/echo") { Content = Body(1000, lengthKnown) };
        using var echoed = await tenant.SendAsync("echo", within);
        Assert.Equal(HttpStatusCode.OK, echoed.StatusCode);
        Assert.Equal(1000, (await echoed.Content.ReadAsByteArrayAsync()).Length);

        using var over = new HttpRequestMessage(HttpMethod.Post, "/echo") { Content = Body(1001, lengthKnown) };
        if (lengthKnown)
        {
            using var refused = await tenant.SendAsync("echo", over);
            await PlatformProblemAsync(refused, HttpStatusCode.RequestEntityTooLarge);
        }
        else
        {
            // The guest answers before it has read to the limit, so the answer may be the 413 or a response broken off; never a whole one.
            var whole = false;
            try
            {
                using var refused = await tenant.SendAsync("echo", over);
                whole = refused.StatusCode != HttpStatusCode.RequestEntityTooLarge;
            }
            catch (HttpRequestException)
            {
            }

            Assert.False(whole, "a body over the limit was echoed whole");
        }

        await ExpectOthersServedAsync();
    }

    private static HttpContent Body(int bytes, bool lengthKnown)
    {
        HttpContent content = new ByteArrayContent(Encoding.ASCII.GetBytes(new string('b', bytes)));
        return lengthKnown ? content : new UnknownLengthContent(content);
    }

    private static async Task<string> PlatformProblemAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"expected {(int)expected}, got {(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var id = Assert.Single(response.Headers.GetValues("platform-request-id"));
        Assert.Equal(id, JsonNode.Parse(text)!["platform-request-id"]!.GetValue<string>());
        return text;
    }

    private async Task<Tenant> FaultyTenantAsync()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("faults", "c-faults");
        return tenant;
    }

    private async Task ExpectOthersServedAsync()
    {
        var other = await platform.NewTenantAsync();
        await other.DeployAsync("hello", "c-hello");
        await other.ExpectHelloAsync("hello");
        Assert.False(platform.Server.Process.HasExited);
    }
}
