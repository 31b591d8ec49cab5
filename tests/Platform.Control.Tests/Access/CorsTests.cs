using Platform.Control.Tests.Hosting;

namespace Platform.Control.Tests.Access;

public class CorsTests
{
    private const string Listed = "https://console.example.org";

    [Fact]
    public async Task Preflight_OfAListedOrigin_IsAllowedWithoutCredentials()
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { CorsOrigins = [Listed] });

        using var response = await PreflightAsync(server, Listed);

        Assert.Equal(204, (int)response.StatusCode);
        Assert.Equal(Listed, Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("authorization,content-type", Assert.Single(response.Headers.GetValues("Access-Control-Allow-Headers")));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("https://console.example.org.evil.example")]
    [InlineData("http://console.example.org")]
    [InlineData("https://console.example.org:8443")]
    [InlineData("null")]
    public async Task Origin_NotListed_IsToldNothing(string origin)
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { CorsOrigins = [Listed] });
        using var client = server.Client(ControlServer.OperatorToken);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Origin", origin);

        using var preflight = await PreflightAsync(server, origin);
        using var response = await client.GetAsync("/v1/tenants");

        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Answer_ToAListedOrigin_ShowsItsHeaders()
    {
        await using var server = await ControlServer.StartAsync(configure: options => options with { CorsOrigins = [Listed] });
        using var client = server.Client(ControlServer.OperatorToken);
        client.DefaultRequestHeaders.Add("Origin", Listed);

        using var response = await client.GetAsync("/v1/tenants");

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(Listed, Assert.Single(response.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("ETag", Assert.Single(response.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cors_NothingListed_IsOff()
    {
        await using var server = await ControlServer.StartAsync();

        using var response = await PreflightAsync(server, Listed);

        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static async Task<HttpResponseMessage> PreflightAsync(ControlServer server, string origin)
    {
        using var client = server.Client(null);
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/tenants");
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        return await client.SendAsync(request);
    }
}
