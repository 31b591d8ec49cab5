using System.Net;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Tls;

/// <summary>A proxy in front that ends TLS: believed when the operator says so, and never otherwise.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task Forwarded_ByATrustedProxy_IsHttpsOfThatHost()
    {
        await using var server = await StartAsync(new() { ["Platform__TrustedProxies__0"] = "127.0.0.0/8" });
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("web", "c-hello");

        using var app = await SendAsync(server, "/", ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "web--acme.platform.test"), ("X-Forwarded-For", "203.0.113.9"));
        Assert.Equal(HttpStatusCode.OK, app.StatusCode);
        Assert.Equal("max-age=31536000", Assert.Single(app.Headers.GetValues("Strict-Transport-Security")));

        using var plain = await SendAsync(server, "/x?y", ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", "web--acme.platform.test"), ("X-Forwarded-For", "203.0.113.9"));
        Assert.Equal(HttpStatusCode.PermanentRedirect, plain.StatusCode);
        Assert.Equal("https://web--acme.platform.test/x?y", plain.Headers.Location!.OriginalString);

        // A client behind the proxy is not on this machine, though it says so.
        using var spoofed = await SendAsync(server, "/metrics", ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "localhost"), ("X-Forwarded-For", "127.0.0.1"));
        Assert.Equal(HttpStatusCode.Unauthorized, spoofed.StatusCode);
    }

    [Fact]
    public async Task Forwarded_ByAnybodyElse_IsIgnored()
    {
        await using var server = await StartAsync([]);
        using var response = await SendAsync(server, "/", ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.test"));
        Assert.Equal(HttpStatusCode.PermanentRedirect, response.StatusCode);
        Assert.Equal("https://platform.test/", response.Headers.Location!.OriginalString);
    }

    private static Task<PlatformServer> StartAsync(Dictionary<string, string> settings)
    {
        settings["Platform__BaseDomain"] = "platform.test";
        settings["Platform__PublicUrl"] = "https://platform.test";
        return PlatformServer.StartAsync(settings: settings);
    }

    private static async Task<HttpResponseMessage> SendAsync(PlatformServer server, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in fields)
        {
            request.Headers.Add(name, value);
        }

        return await server.Http.SendAsync(request);
    }
}
