using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;
using Platform.Testing;

namespace Platform.FunctionalTests.Tls;

/// <summary>Two tenants' domains on one address: claimed, proven by DNS, each served with its own certificate.</summary>
public sealed class CustomDomainTests
{
    [Fact]
    public async Task Domains_OfTwoTenants_AreServedEachWithItsOwnCertificate()
    {
        using var dns = new DnsServer();
        await using var platform = await TlsPlatform.StartAsync(new() { ["Platform__Dns__Servers__0"] = dns.EndPoint.ToString() });
        foreach (var (name, domain) in ((string, string)[])[("acme", "www.acme-site.com"), ("other", "shop.other-site.org")])
        {
            var tenant = await platform.Server.CreateTenantAsync(name);
            await tenant.DeployAsync("web", "c-hello");

            // Before it is proven nothing answers, and the certificate isn't for it.
            using var claimed = await tenant.ApiAsync(HttpMethod.Post, "web", "/domains", JsonContent.Create(new { name = domain }));
            var proof = (await PlatformServer.ExpectAsync(claimed, HttpStatusCode.Created))["proof"]!["dns"]!;
            Assert.StartsWith("HTTP/1.1 404", await platform.CurlAsync(domain, "/", "http"), StringComparison.Ordinal);
            Assert.EndsWith(proof["value"]!.GetValue<string>(), (await platform.CurlAsync(domain, "/.well-known/platform-challenge", "http")).TrimEnd(), StringComparison.Ordinal);
            Assert.Equal(60, await platform.CurlCodeAsync(domain));

            dns.Set(proof["name"]!.GetValue<string>(), proof["value"]!.GetValue<string>());
            using var verified = await tenant.ApiAsync(HttpMethod.Post, "web", $"/domains/{domain}/verify");
            await PlatformServer.ExpectAsync(verified, HttpStatusCode.OK);
            Assert.StartsWith("HTTP/1.1 200", await platform.CurlAsync(domain, "/", "http"), StringComparison.Ordinal);

            var (certificate, key) = platform.Certificates.Issue(domain);
            using var put = await tenant.ApiAsync(HttpMethod.Put, "web", $"/domains/{domain}/certificate", JsonContent.Create(new { certificate, key }));
            Assert.Equal([domain], (await PlatformServer.ExpectAsync(put, HttpStatusCode.OK))["certificate"]!["names"]!.AsArray().Select(static one => one!.GetValue<string>()));
        }

        foreach (var domain in (string[])["www.acme-site.com", "shop.other-site.org"])
        {
            var answer = await platform.CurlAsync(domain);
            Assert.StartsWith("HTTP/2 200", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("strict-transport-security", answer, StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 308", await platform.CurlAsync(domain, "/", "http"), StringComparison.Ordinal);
        }

        Assert.Equal(0, await platform.CurlCodeAsync(TlsPlatform.BaseDomain));
        using var settings = await platform.Server.SendAsync(HttpMethod.Get, "/v1/audit?limit=200", platform.Server.OperatorToken);
        var audit = JsonNode.Parse(await settings.Content.ReadAsStringAsync())!.ToJsonString();
        Assert.DoesNotContain("PRIVATE KEY", audit, StringComparison.Ordinal);
    }
}
