using System.Text;
using Microsoft.Playwright;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.FunctionalTests.Tls;
using Platform.Testing;

namespace Platform.Browser.Tests.Dashboard;

/// <summary>A domain of an app's own on the settings' page: claimed, refused, proven, and with a certificate of its own.</summary>
public sealed class DomainTests
{
    private const string Domain = "www.acme-site.com";

    [Fact]
    public async Task Domain_IsClaimed_RefusedUntilItIsProven_AndServedWithItsCertificate()
    {
        await Shell.RunAsync("tests/npm.sh", "axe");
        using var dns = new DnsServer();
        await using var platform = await TlsPlatform.StartAsync(new() { ["Platform__Dns__Servers__0"] = dns.EndPoint.ToString() });
        var tenant = await platform.Server.CreateTenantAsync("acme");
        await tenant.DeployAsync("web", "c-hello");
        await using var visit = await DashboardVisit.StartAsync(new Uri($"https://{TlsPlatform.BaseDomain}:{platform.Port}/"), tenant.Token);
        var page = visit.Page;

        // What isn't a domain is refused in words; what is one is claimed, and says how to prove it.
        await visit.OpenAsync("/t/acme/apps/web/settings", "web");
        await ClaimAsync(page, "*.acme-site.com");
        await page.GetByRole(AriaRole.Alert).GetByText("Wildcards can't be claimed").WaitForAsync();
        await ClaimAsync(page, Domain);
        var card = page.GetByRole(AriaRole.Article, new() { Name = Domain });
        await card.GetByText("not proven: it doesn't answer").WaitForAsync();
        var name = await card.GetByText("_platform-challenge.").InnerTextAsync();
        var value = await card.GetByText("platform-", new() { Exact = false }).Filter(new() { HasNotText = "challenge" }).First.InnerTextAsync();
        Assert.Equal("_platform-challenge." + Domain, name);

        // Looked for in vain, and once more too soon.
        await VerifyAsync(card);
        await card.GetByRole(AriaRole.Alert).GetByText("has no TXT record").WaitForAsync();
        await VerifyAsync(card);
        await card.GetByRole(AriaRole.Alert).GetByText("Try again in 5 seconds.").WaitForAsync();
        await visit.InspectAsync("domain-not-proven");
        Assert.StartsWith("HTTP/1.1 404", await platform.CurlAsync(Domain, "/", "http"), StringComparison.Ordinal);

        // Proven, as soon as it may be looked for again.
        dns.Set(name, value);
        await Waiting.ForAsync(
            async () =>
            {
                await VerifyAsync(card);
                await Assertions.Expect(card.GetByRole(AriaRole.Button, new() { Name = "Look for the proof now" })).ToBeEnabledAsync(new() { Timeout = (float)ServerProcess.Patience.TotalMilliseconds });
                return await card.GetByText("verified: the app answers on it").CountAsync() > 0;
            },
            "the domain's proof");
        await visit.InspectAsync("domain-verified");
        Assert.StartsWith("HTTP/1.1 200", await platform.CurlAsync(Domain, "/", "http"), StringComparison.Ordinal);

        // A certificate: for another name, with another one's key, and none at all are refused; its own is served.
        var own = platform.Certificates.Issue(Domain);
        var other = platform.Certificates.Issue("other.example.com");
        foreach (var (certificate, key, words) in new[] { (other.Certificate, other.Key, "It is for other.example.com"), (own.Certificate, other.Key, "key"), ("no certificate", own.Key, "certificate") })
        {
            await UploadAsync(visit, certificate, key);
            var alert = card.GetByRole(AriaRole.Alert);
            await alert.GetByText("Certificate refused").WaitForAsync();
            Assert.Contains(words, await alert.InnerTextAsync(), StringComparison.OrdinalIgnoreCase);
        }

        await visit.InspectAsync("certificate-refused");
        Assert.Equal(60, await platform.CurlCodeAsync(Domain));
        await UploadAsync(visit, own.Certificate, own.Key);
        await card.GetByText("CN=" + Domain).WaitForAsync();
        await visit.InspectAsync("certificate");
        Assert.StartsWith("HTTP/2 200", await platform.CurlAsync(Domain), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", await page.ContentAsync(), StringComparison.Ordinal);

        // And taken away again.
        await card.GetByRole(AriaRole.Button, new() { Name = "Remove the certificate" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
        await card.GetByText("None of its own").WaitForAsync();
        visit.AssertClean();
    }

    private static async Task ClaimAsync(IPage page, string name)
    {
        await page.GetByLabel("Domain", new() { Exact = true }).FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Claim the domain" }).ClickAsync();
    }

    private static Task VerifyAsync(ILocator card) => card.GetByRole(AriaRole.Button, new() { Name = "Look for the proof now" }).ClickAsync();

    /// <summary>On the page as it is when it is opened, so that nothing of an earlier try is sent.</summary>
    private static async Task UploadAsync(DashboardVisit visit, string certificate, string key)
    {
        await visit.OpenAsync("/t/acme/apps/web/settings", "web");
        await visit.Page.GetByText("Upload a certificate").ClickAsync();
        await visit.Page.GetByLabel("Certificate's chain").SetInputFilesAsync(new FilePayload { Name = "chain.pem", MimeType = "application/x-pem-file", Buffer = Encoding.ASCII.GetBytes(certificate) });
        await visit.Page.GetByLabel("Private key").SetInputFilesAsync(new FilePayload { Name = "key.pem", MimeType = "application/x-pem-file", Buffer = Encoding.ASCII.GetBytes(key) });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Upload", Exact = true }).ClickAsync();
    }
}
