using System.Net;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Observing;

/// <summary><c>/metrics</c>: for the operator, and for a scraper on the same machine.</summary>
public sealed class MetricsTests(SharedPlatform platform)
{
    [Fact]
    public async Task Metrics_AfterARequest_CountItByAppAndOutcome()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("hello", "c-hello");
        await tenant.ExpectHelloAsync("hello");
        var text = await platform.Server.Http.GetStringAsync("/metrics");
        Assert.Contains("platform_", text, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration_seconds_count", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Metrics_ThroughAProxyWithoutToken_AreRefused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await platform.Server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Metrics_ThroughAProxyWithTheOperatorsToken_AreShown()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("X-Forwarded-For", "192.0.2.1");
        request.Headers.Add("Authorization", $"Bearer {platform.Server.OperatorToken}");
        using var response = await platform.Server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Metrics_WithATenantsToken_AreRefused()
    {
        var tenant = await platform.NewTenantAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("X-Forwarded-For", "192.0.2.1");
        request.Headers.Add("Authorization", $"Bearer {tenant.Token}");
        using var response = await platform.Server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }
}
