using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.DataProtection;
using Platform.Contracts.Api;
using Platform.Control.Domains;
using Platform.Control.Keys;
using Platform.Control.Tests.Hosting;
using Platform.Data;
using Platform.Testing;

namespace Platform.Control.Tests.Domains;

/// <summary>Certificates that tenants give for their domains.</summary>
public class CertificateTests
{
    private const string Name = "www.customer-site.com";

    private static readonly TestCertificates s_authority = new();

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Certificate_OfTheDomain_IsShownWithoutItsKeyAndServed(Dialect dialect)
    {
        await using var fixture = await DomainFixture.StartAsync(dialect);
        await fixture.ClaimAndVerifyAsync(fixture.Acme, "acme", Name);
        var (certificate, key) = s_authority.Issue("customer-site.com", "*.customer-site.com");

        using var response = await PutAsync(fixture, certificate, key);
        var shown = (await response.ReadAsync<DomainResource>(200)).Certificate!;
        Assert.Equal("CN=customer-site.com", shown.Subject);
        Assert.Equal(["customer-site.com", "*.customer-site.com"], shown.Names);
        Assert.Null(shown.Warning);
        var text = await fixture.Acme.GetStringAsync(DomainFixture.Path("acme", Name));
        Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);

        var served = fixture.Server.Snapshot.Domains[Name].Certificate!;
        Assert.Equal(shown.Sha256, served.Sha256);
        Assert.Equal(key.Trim(), served.KeyPem.Trim());

        // In the store and the audit trail it is nowhere in the clear; a rotation keeps it readable, a change of something else keeps the very object.
        var database = fixture.Server.Get<Database>();
        var stored = await database.FindAsync<string>("SELECT certificate_key FROM domains WHERE name = @Name", new { Name }, CancellationToken.None);
        Assert.DoesNotContain("PRIVATE KEY", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", await fixture.Acme.GetStringAsync("/v1/tenants/acme/audit"), StringComparison.Ordinal);
        await DomainFixture.ClaimAsync(fixture.Acme, "acme", "more.customer-site.com");
        Assert.Same(served, fixture.Server.Snapshot.Domains[Name].Certificate);
        var keys = fixture.Server.Get<DomainKeys>();
        var protection = fixture.Server.Get<IDataProtectionProvider>();
        Assert.Equal(1, await database.WriteAsync(connection => keys.ReencryptAsync(connection, protection), CancellationToken.None));
        var again = await database.FindAsync<string>("SELECT certificate_key FROM domains WHERE name = @Name", new { Name }, CancellationToken.None);
        Assert.NotEqual(stored, again);
        Assert.Equal(keys.Unprotect(stored!), keys.Unprotect(again!));
        Assert.Contains(fixture.Server.Get<IEnumerable<IReencryptable>>(), part => part == keys);

        using var removed = await fixture.Acme.DeleteAsync(DomainFixture.Path("acme", Name) + "/certificate");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Null(fixture.Server.Snapshot.Domains[Name].Certificate);
    }

    [Fact]
    public async Task Certificate_ThatCantBeTheDomains_IsRefusedSayingWhy()
    {
        await using var fixture = await DomainFixture.StartAsync(Dialect.Sqlite);
        await DomainFixture.ClaimAsync(fixture.Acme, "acme", Name);
        var (certificate, key) = s_authority.Issue(Name);
        var (_, otherKey) = s_authority.Issue(Name);
        var (elsewhere, elsewhereKey) = s_authority.Issue("customer-site.com", "*.sub.customer-site.com");
        var (expired, expiredKey) = s_authority.Issue(DateTimeOffset.UtcNow.AddDays(-1), Name);
        var (weak, weakKey) = s_authority.IssueRsa(1024, Name);
        (string Certificate, string Key, string Why)[] cases =
        [
            (certificate, otherKey, "doesn't belong"),
            (certificate, "nothing", "isn't readable"),
            ("nothing", key, "no certificate"),
            (key, key, "no certificate"),
            (elsewhere, elsewhereKey, $"not for {Name}"),
            (expired, expiredKey, "expired"),
            (weak, weakKey, "1024 bits"),
        ];
        foreach (var (chain, secret, why) in cases)
        {
            using var response = await PutAsync(fixture, chain, secret);
            var body = await response.ProblemAsync(422, "certificate-refused");
            Assert.Contains(why, body, StringComparison.Ordinal);
        }

        var (rsa, rsaKey) = s_authority.IssueRsa(2048, Name);
        using var accepted = await PutAsync(fixture, rsa, rsaKey);
        await accepted.ReadAsync<DomainResource>(200);

        // Of a domain that isn't proven none is served.
        Assert.Null(fixture.Server.Snapshot.Domains[Name].Certificate);
    }

    [Fact]
    public async Task Certificate_ThatExpiresSoon_IsWarnedOf()
    {
        await using var fixture = await DomainFixture.StartAsync(Dialect.Sqlite);
        await DomainFixture.ClaimAsync(fixture.Acme, "acme", Name);
        var (certificate, key) = s_authority.Issue(DateTimeOffset.UtcNow.AddDays(10), Name);
        using var response = await PutAsync(fixture, certificate, key);
        Assert.StartsWith("It expires in ", (await response.ReadAsync<DomainResource>(200)).Certificate!.Warning, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PutAsync(DomainFixture fixture, string certificate, string key) =>
        fixture.Acme.PutAsJsonAsync(DomainFixture.Path("acme", Name) + "/certificate", new PutCertificateRequest(certificate, key));
}
