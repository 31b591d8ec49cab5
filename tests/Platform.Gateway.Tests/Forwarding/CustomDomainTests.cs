using System.Net;
using Platform.Contracts.Snapshots;
using Platform.Gateway.Tests.Hosting;

namespace Platform.Gateway.Tests.Forwarding;

public sealed class CustomDomainTests : IAsyncLifetime
{
    private static readonly AppKey s_shop = new("acme", "shop");

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await GatewayServer.StartAsync("example.com", "apps.example.com", "https://example.com");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("www.customer.test")]
    [InlineData("WWW.Customer.Test.:8080")]
    public async Task Verified_AnySpelling_IsTheApp(string host)
    {
        _server.Snapshots.AddDomain("www.customer.test", new DomainSnapshot(s_shop, 1, "token", null));
        using var response = await _server.GetAsync(host);
        Assert.Equal("guest", await response.Content.ReadAsStringAsync());
        Assert.Equal("shop", Assert.Single(_server.Invoker.Targets).App);
    }

    [Theory]
    [InlineData("customer.test")]
    [InlineData("x.www.customer.test")]
    [InlineData("www_customer.test")]
    public async Task Verified_OtherNames_AreNothing(string host)
    {
        _server.Snapshots.AddDomain("www.customer.test", new DomainSnapshot(s_shop, 1, null, null));
        using var response = await _server.GetAsync(host);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(_server.Invoker.Targets);
    }

    [Fact]
    public async Task Verified_AppMadeAgainByTheSameName_IsNotTheOneItWasVerifiedFor()
    {
        _server.Snapshots.AddDomain("www.customer.test", new DomainSnapshot(s_shop, 7, null, null));
        using var response = await _server.GetAsync("www.customer.test");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Claimed_AnswersItsChallengeAndNothingElse()
    {
        _server.Snapshots.AddDomain("new.customer.test", new DomainSnapshot(null, 0, "the-token", null));
        using var challenge = await _server.GetAsync("new.customer.test", "/.well-known/platform-challenge");
        Assert.Equal("the-token", await challenge.Content.ReadAsStringAsync());
        using var page = await _server.GetAsync("new.customer.test");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        using var post = await _server.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/.well-known/platform-challenge") { Headers = { Host = "new.customer.test" } });
        Assert.Equal(HttpStatusCode.NotFound, post.StatusCode);
    }

    [Fact]
    public async Task Claimed_ByMoreThanOne_AnswersNobodysChallenge()
    {
        _server.Snapshots.AddDomain("new.customer.test", new DomainSnapshot(null, 0, null, null));
        using var response = await _server.GetAsync("new.customer.test", "/.well-known/platform-challenge");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task PlainHttp_DomainWithACertificate_IsRedirected()
    {
        _server.Snapshots.AddDomain("www.customer.test", new DomainSnapshot(s_shop, 1, "token", new DomainCertificate("00", "", "")));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = _server.Http.BaseAddress };
        using var response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/a?b") { Headers = { Host = "www.customer.test" } });
        Assert.Equal(HttpStatusCode.PermanentRedirect, response.StatusCode);
        Assert.Equal("https://www.customer.test/a?b", response.Headers.Location!.OriginalString);
        using var challenge = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/.well-known/platform-challenge") { Headers = { Host = "www.customer.test" } });
        Assert.Equal("token", await challenge.Content.ReadAsStringAsync());
        using var post = await client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/") { Headers = { Host = "www.customer.test" } });
        Assert.Equal(HttpStatusCode.Forbidden, post.StatusCode);
        Assert.Empty(_server.Invoker.Targets);
    }
}
