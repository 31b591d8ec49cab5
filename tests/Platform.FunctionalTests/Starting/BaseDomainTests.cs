using System.Net;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Starting;

/// <summary>What the base domain serves.</summary>
public sealed class BaseDomainTests(SharedPlatform platform)
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST.:1234")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:80")]
    public async Task Home_AnyNameOfTheBaseDomain_IsTheDashboardWhichAsksToSignIn(string host)
    {
        using var home = await platform.Server.GetAppAsync(host);
        Assert.Equal(HttpStatusCode.Found, home.StatusCode);
        Assert.Equal("/sign-in?returnUrl=%2F", home.Headers.Location?.OriginalString);
        using var response = await platform.Server.GetAppAsync(host, "/sign-in");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        var page = await response.Content.ReadAsStringAsync();
        Assert.Contains("operator-token", page, StringComparison.Ordinal);
        Assert.DoesNotContain(platform.Server.OperatorToken, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Health_Running_IsHealthy(string path)
    {
        using var response = await platform.Server.GetAppAsync("localhost", path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Healthy", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task OpenApi_Document_DescribesDeploy()
    {
        var text = await platform.Server.Http.GetStringAsync("/openapi/v1.json");
        var paths = JsonNode.Parse(text)!["paths"]!.AsObject();
        Assert.Contains(paths, path => path.Key.EndsWith("/deploy", StringComparison.Ordinal) && path.Value!["post"] is not null);
    }

    [Fact]
    public async Task Api_UnknownPath_IsAProblem()
    {
        using var response = await platform.Server.SendAsync(HttpMethod.Get, "/v1/nothing", platform.Server.OperatorToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task App_NotThere_Is404WithARequestId()
    {
        using var response = await platform.Server.GetAppAsync("nothing--nobody.localhost");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.NotEmpty(Assert.Single(response.Headers.GetValues("platform-request-id")));
    }

    [Fact]
    public async Task Response_AnyPath_NamesNoServer()
    {
        using var response = await platform.Server.GetAppAsync("localhost");
        Assert.False(response.Headers.Contains("Server"));
    }
}
