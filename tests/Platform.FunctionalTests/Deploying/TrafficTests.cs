using System.Net;
using System.Net.Http.Json;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Deploying;

/// <summary>A split app, from the API to the guests.</summary>
public sealed class TrafficTests(SharedPlatform platform)
{
    [Fact]
    public async Task Split_Sticky_KeepsEachClientWithItsVersion()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployManifestAsync("shop", Static("one"));
        await tenant.DeployManifestAsync("shop", Static("two"));
        await PutAsync(tenant, sticky: true);

        // Sixty new clients: that they all get one version is less likely than 1 in 10^17.
        var cookies = new Dictionary<string, string>();
        for (var i = 0; i < 60; i++)
        {
            using var response = await tenant.GetAsync("shop");
            cookies[await response.Content.ReadAsStringAsync()] = Assert.Single(response.Headers.GetValues("Set-Cookie")).Split(';')[0];
        }

        Assert.Equal(["one", "two"], cookies.Keys.Order(StringComparer.Ordinal));
        foreach (var (version, cookie) in cookies)
        {
            for (var i = 0; i < 20; i++)
            {
                using var response = await GetAsync(tenant, cookie);
                Assert.Equal(version, await response.Content.ReadAsStringAsync());
                Assert.False(response.Headers.Contains("Set-Cookie"));
            }
        }

        await tenant.DeployManifestAsync("shop", Static("three"));
        using var deployed = await GetAsync(tenant, cookies["one"]);
        Assert.Equal("three", await deployed.Content.ReadAsStringAsync());
        Assert.False(deployed.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Guest_OfASplitApp_DoesNotSeeTheCookie()
    {
        var tenant = await platform.NewTenantAsync();
        await tenant.DeployAsync("shop", "c-echo");
        await tenant.DeployAsync("shop", "c-echo");
        await PutAsync(tenant, sticky: true);
        using var first = await tenant.GetAsync("shop");
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie")).Split(';')[0];

        using var response = await GetAsync(tenant, $"a=1; {cookie}; b=2", "/info");

        var seen = await response.Content.ReadAsStringAsync();
        Assert.Contains("header cookie: a=1; b=2\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("platform-version", seen, StringComparison.Ordinal);
    }

    private static async Task PutAsync(Tenant tenant, bool sticky)
    {
        using var response = await tenant.ApiAsync(
            HttpMethod.Put, "shop", "/traffic", JsonContent.Create(new { splits = new[] { new { version = 1, percent = 50 }, new { version = 2, percent = 50 } }, sticky }));
        await PlatformServer.ExpectAsync(response, HttpStatusCode.OK);
    }

    private static Task<HttpResponseMessage> GetAsync(Tenant tenant, string cookie, string path = "/")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        return tenant.SendAsync("shop", request);
    }

    private static string Static(string body) =>
        $$"""
        spin_manifest_version = 2
        [application]
        name = "shop"
        [[trigger.http]]
        route = "/..."
        static_response = { body = "{{body}}" }
        """;
}
