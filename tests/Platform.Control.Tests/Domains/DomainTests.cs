using System.Net;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Control.Domains;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Domains;

/// <summary>Claiming, proving, losing and holding names.</summary>
public class DomainTests
{
    private const string Name = "www.customer-site.com";

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Claim_ProvenByDns_EntersTheSnapshot(Dialect dialect)
    {
        await using var fixture = await DomainFixture.StartAsync(dialect);

        var claimed = await DomainFixture.ClaimAsync(fixture.Acme, "acme", "WWW.Customer-Site.COM.");
        Assert.Equal(Name, claimed.Name);
        Assert.Equal(DomainState.Pending, claimed.State);
        Assert.Equal(new DnsProof("_platform-challenge." + Name, "TXT", claimed.Proof.Http.Value), claimed.Proof.Dns);
        Assert.Equal($"http://{Name}/.well-known/platform-challenge", claimed.Proof.Http.Url);
        Assert.Equal(new DomainSnapshot(null, 0, claimed.Proof.Http.Value, null), fixture.Server.Snapshot.Domains[Name]);

        using (var early = await fixture.VerifyAsync(fixture.Acme, "acme", Name))
        {
            Assert.Contains("has no TXT record", await early.ProblemAsync(422, "domain-not-proven"), StringComparison.Ordinal);
        }

        fixture.Prove(claimed);
        using var response = await fixture.VerifyAsync(fixture.Acme, "acme", Name);
        var verified = await response.ReadAsync<DomainResource>(200);

        Assert.Equal(DomainState.Verified, verified.State);
        Assert.Equal("dns", verified.Method);
        Assert.Null(verified.Failure);
        var known = fixture.Server.Snapshot.Domains[Name];
        Assert.Equal(new AppKey("acme", "web"), known.App);
        Assert.Equal(fixture.Server.Snapshot.Apps[new AppKey("acme", "web")].Id, known.AppId);
        var page = await fixture.Acme.GetAsync<Page<DomainResource>>(DomainFixture.Path("acme"));
        Assert.Equal(DomainState.Verified, Assert.Single(page.Items).State);
        var audit = await fixture.Acme.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit");
        Assert.Equal(["domain.verify", "domain.create"], audit.Items.Where(entry => entry.Target == "apps/web/domains/" + Name).Select(entry => entry.Action));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Claim_ProvenByHttp_IsVerified(Dialect dialect)
    {
        await using var fixture = await DomainFixture.StartAsync(dialect);
        var claimed = await DomainFixture.ClaimAsync(fixture.Acme, "acme", Name);
        fixture.Web.Set(claimed.Proof.Http.Url, claimed.Proof.Http.Value + "\n");

        using var response = await fixture.VerifyAsync(fixture.Acme, "acme", Name);

        Assert.Equal("http", (await response.ReadAsync<DomainResource>(200)).Method);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Verified_ByAnotherTenant_IsAConflictOnlyToWhoProvesIt(Dialect dialect)
    {
        await using var fixture = await DomainFixture.StartAsync(dialect);
        await fixture.ClaimAndVerifyAsync(fixture.Acme, "acme", Name);

        // Claimed and not proven, it looks as any name does.
        var claimed = await DomainFixture.ClaimAsync(fixture.Other, "other", Name);
        Assert.Equal(DomainState.Pending, claimed.State);
        using (var unproven = await fixture.VerifyAsync(fixture.Other, "other", Name))
        {
            await unproven.ProblemAsync(422, "domain-not-proven");
        }

        fixture.Prove(claimed);
        using var proven = await fixture.VerifyAsync(fixture.Other, "other", Name);
        await proven.ProblemAsync(409, "conflict");
        Assert.Equal("acme", fixture.Server.Snapshot.Domains[Name].App!.Value.Tenant);

        // Given up by who had it, it is the other's.
        using var deleted = await fixture.Acme.DeleteAsync(DomainFixture.Path("acme", Name));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var again = await fixture.VerifyAsync(fixture.Other, "other", Name);
        await again.ReadAsync<DomainResource>(200);
        Assert.Equal("other", fixture.Server.Snapshot.Domains[Name].App!.Value.Tenant);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Verify_ByManyAtOnce_IsOnes(Dialect dialect)
    {
        await using var fixture = await DomainFixture.StartAsync(dialect);
        var first = await DomainFixture.ClaimAsync(fixture.Acme, "acme", Name);
        var second = await DomainFixture.ClaimAsync(fixture.Other, "other", Name);
        Assert.Null(fixture.Server.Snapshot.Domains[Name].Challenge);
        fixture.Dns.Set(first.Proof.Dns.Name, first.Proof.Dns.Value, second.Proof.Dns.Value);

        var answers = await Task.WhenAll(fixture.VerifyAsync(fixture.Acme, "acme", Name), fixture.VerifyAsync(fixture.Other, "other", Name));

        Assert.Equal([200, 409], answers.Select(answer => (int)answer.StatusCode).Order());
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Proof_GoneForThreeDays_UnverifiesAndSaysSo(Dialect dialect)
    {
        await using var fixture = await DomainFixture.StartAsync(dialect);
        var domain = await fixture.ClaimAndVerifyAsync(fixture.Acme, "acme", Name);
        await fixture.PassDayAsync();
        Assert.Equal(0, (await GetAsync(fixture)).FailedDays);
        fixture.Dns.Remove(domain.Proof.Dns.Name);

        await fixture.PassDayAsync();
        await fixture.PassDayAsync();
        Assert.Equal(2, (await GetAsync(fixture)).FailedDays);

        // A check that the tenant asks for puts nothing off.
        using (var asked = await fixture.VerifyAsync(fixture.Acme, "acme", Name))
        {
            await asked.ProblemAsync(422, "domain-not-proven");
        }

        Assert.NotNull(fixture.Server.Snapshot.Domains[Name].App);
        await fixture.PassDayAsync();

        var lost = await GetAsync(fixture);
        Assert.Equal(DomainState.Pending, lost.State);
        Assert.Contains("has no TXT record", lost.Failure, StringComparison.Ordinal);
        Assert.Null(fixture.Server.Snapshot.Domains[Name].App);
        var audit = await fixture.Acme.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit");
        Assert.Contains(audit.Items, entry => entry.Action == "domain.unverify");
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Proof_BackAfterADay_BeginsAnew(Dialect dialect)
    {
        await using var fixture = await DomainFixture.StartAsync(dialect);
        var domain = await fixture.ClaimAndVerifyAsync(fixture.Acme, "acme", Name);
        fixture.Dns.Remove(domain.Proof.Dns.Name);
        await fixture.PassDayAsync();
        await fixture.PassDayAsync();
        fixture.Prove(domain);
        await fixture.PassDayAsync();
        Assert.Equal(0, (await GetAsync(fixture)).FailedDays);
        Assert.Null((await GetAsync(fixture)).Failure);
    }

    [Fact]
    public async Task Resolver_Away_UnverifiesNothing()
    {
        await using var fixture = await DomainFixture.StartAsync(Dialect.Sqlite);
        await fixture.ClaimAndVerifyAsync(fixture.Acme, "acme", Name);
        fixture.Dns.Fails = true;
        for (var day = 0; day < 5; day++)
        {
            await fixture.PassDayAsync();
        }

        var domain = await GetAsync(fixture);
        Assert.Equal(DomainState.Verified, domain.State);
        Assert.Equal(0, domain.FailedDays);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task AppDeleted_NameIsHeldFromOthersAndThenFree(Dialect dialect)
    {
        await using var fixture = await DomainFixture.StartAsync(dialect);
        await fixture.ClaimAndVerifyAsync(fixture.Acme, "acme", Name);
        using (var deleted = await fixture.Acme.DeleteAsync("/v1/tenants/acme/apps/web"))
        {
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }

        await fixture.PassDayAsync();
        var claimed = await DomainFixture.ClaimAsync(fixture.Other, "other", Name);
        fixture.Prove(claimed);
        using (var held = await fixture.VerifyAsync(fixture.Other, "other", Name))
        {
            await held.ProblemAsync(409, "conflict");
        }

        fixture.Time.Advance(TimeSpan.FromDays(8));
        await fixture.PassDayAsync();
        using var free = await fixture.VerifyAsync(fixture.Other, "other", Name);
        await free.ReadAsync<DomainResource>(200);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task AppDeletedAndRestored_HasItsNameAgain(Dialect dialect)
    {
        await using var fixture = await DomainFixture.StartAsync(dialect);
        await fixture.ClaimAndVerifyAsync(fixture.Acme, "acme", Name);
        using var deleted = await fixture.Acme.DeleteAsync("/v1/tenants/acme/apps/web");
        await fixture.PassDayAsync();

        using var restored = await fixture.Acme.PostAsync("/v1/tenants/acme/apps/web/restore", null);

        Assert.Equal(HttpStatusCode.OK, restored.StatusCode);
        await fixture.PassDayAsync();
        fixture.Time.Advance(TimeSpan.FromDays(8));
        await fixture.PassDayAsync();
        Assert.Equal(DomainState.Verified, (await fixture.Acme.GetAsync<DomainResource>($"/v1/tenants/acme/apps/web/domains/{Name}")).State);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task AppDeleted_ItsTenantProvesTheNameForAnother_AtOnce(Dialect dialect)
    {
        await using var fixture = await DomainFixture.StartAsync(dialect);
        await fixture.ClaimAndVerifyAsync(fixture.Acme, "acme", Name);
        using var deleted = await fixture.Acme.DeleteAsync("/v1/tenants/acme/apps/web?purge=true");
        await fixture.Acme.DeployAsync("acme", "web", Api.Wasm());

        var again = await fixture.ClaimAndVerifyAsync(fixture.Acme, "acme", Name);

        Assert.Equal(DomainState.Verified, again.State);
        Assert.Equal(fixture.Server.Snapshot.Apps[new AppKey("acme", "web")].Id, fixture.Server.Snapshot.Domains[Name].AppId);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task TenantDeleted_NameIsHeld(Dialect dialect)
    {
        await using var fixture = await DomainFixture.StartAsync(dialect);
        await fixture.ClaimAndVerifyAsync(fixture.Acme, "acme", Name);
        using var deleted = await fixture.Server.Operator.DeleteAsync("/v1/tenants/acme");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        fixture.Prove(await DomainFixture.ClaimAsync(fixture.Other, "other", Name));
        using var held = await fixture.VerifyAsync(fixture.Other, "other", Name);

        await held.ProblemAsync(409, "conflict");
    }

    [Fact]
    public async Task Verify_JustAfterAnother_IsTooMany()
    {
        await using var fixture = await DomainFixture.StartAsync(Dialect.Sqlite);
        await DomainFixture.ClaimAsync(fixture.Acme, "acme", Name);
        using var first = await fixture.VerifyAsync(fixture.Acme, "acme", Name);
        using var second = await fixture.Acme.PostAsync(DomainFixture.Path("acme", Name) + "/verify", null);
        await second.ProblemAsync(429, "too-many-attempts");
        Assert.NotNull(second.Headers.RetryAfter);
    }

    [Fact]
    public async Task Claim_Twice_IsAConflict()
    {
        await using var fixture = await DomainFixture.StartAsync(Dialect.Sqlite);
        await DomainFixture.ClaimAsync(fixture.Acme, "acme", Name);
        using var again = await DomainFixture.PostAsync(fixture.Acme, "acme", Name);
        await again.ProblemAsync(409, "conflict");
        using var nothing = await fixture.Acme.GetAsync(DomainFixture.Path("acme", "unknown.customer-site.com"));
        await nothing.ProblemAsync(404, "not-found");
        using var others = await fixture.Other.GetAsync(DomainFixture.Path("acme", Name));
        await others.ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Delete_OfAnOtherRevision_IsRefused()
    {
        await using var fixture = await DomainFixture.StartAsync(Dialect.Sqlite);
        await DomainFixture.ClaimAsync(fixture.Acme, "acme", Name);
        using var request = new HttpRequestMessage(HttpMethod.Delete, DomainFixture.Path("acme", Name)) { Headers = { { "If-Match", "\"99\"" } } };
        using var response = await fixture.Acme.SendAsync(request);
        await response.ProblemAsync(412, "precondition-failed");
    }

    [Fact]
    public async Task Claims_NobodyProves_LapseAfterAMonth()
    {
        await using var fixture = await DomainFixture.StartAsync(Dialect.Sqlite);
        await DomainFixture.ClaimAsync(fixture.Acme, "acme", Name);
        fixture.Time.Advance(TimeSpan.FromDays(31));
        await fixture.Server.Get<DomainChecks>().RunAsync(CancellationToken.None);
        Assert.Empty(fixture.Server.Snapshot.Domains);
    }

    private static Task<DomainResource> GetAsync(DomainFixture fixture) => fixture.Acme.GetAsync<DomainResource>(DomainFixture.Path("acme", Name));
}
