using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Platform.Contracts.Api;
using Platform.Contracts.Quotas;
using Platform.Contracts.Versions;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Quotas;

public class QuotaTests
{
    private const string Manifest =
        """
        spin_manifest_version = 2
        [application]
        name = "web"
        [[trigger.http]]
        route = "/..."
        component = "web"
        [component.web]
        source = "web.wasm"
        [component.web.tool.platform]
        fuel = 5000
        """;

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Patch_MergesIsAuditedAndReachesTheSnapshot(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        Assert.Equal(TenantQuota.Default, server.Snapshot.Tenants["acme"].Quota);

        var first = await PatchAsync(server, """{"quota":{"apps":5,"requestsPerSecond":10,"limits":{"fuel":1000,"wallMs":50}}}""");
        Assert.Equal(new QuotaDocument(RequestsPerSecond: 10, Apps: 5, Limits: new LimitsDocument(Fuel: 1000, WallMs: 50)), first.Quota);
        var second = await PatchAsync(server, """{"quota":{"apps":null,"concurrency":7,"totalConcurrency":20,"limits":{"fuel":2000}}}""", "application/json");
        Assert.Equal(new QuotaDocument(RequestsPerSecond: 10, Concurrency: 7, TotalConcurrency: 20, Limits: new LimitsDocument(Fuel: 2000, WallMs: 50)), second.Quota);
        Assert.Equal(second, await owner.GetAsync<TenantResource>("/v1/tenants/acme"));

        var known = server.Snapshot.Tenants["acme"].Quota;
        Assert.Equal((10L, 7, 20, 100L, 2000L), (known.RequestsPerSecond, known.Concurrency, known.TotalConcurrency, known.Apps, known.Limits.Fuel));
        var audit = await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit");
        var entry = audit.Items.First(static item => item.Action == "tenant.quota");
        Assert.Equal(5, entry.Before!.Value.GetProperty("quota").GetProperty("apps").GetInt32());
        Assert.Equal(7, entry.After!.Value.GetProperty("quota").GetProperty("concurrency").GetInt32());
        Assert.Equal(new QuotaDocument(), (await PatchAsync(server, """{"quota":null}""")).Quota);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Snapshot_OfAnotherServer_FollowsTenants(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        await server.CreateTenantAsync("acme");
        await using var another = await server.StartAnotherAsync();
        Assert.Equal(100, another.Snapshot.Tenants["acme"].Quota.Concurrency);
        await PatchAsync(server, """{"quota":{"concurrency":3}}""");
        await another.Get<Snapshots.SnapshotStore>().RefreshAsync(CancellationToken.None);
        Assert.Equal(3, another.Snapshot.Tenants["acme"].Quota.Concurrency);
        using var deleted = await server.Operator.DeleteAsync("/v1/tenants/acme");
        Assert.Equal(204, (int)deleted.StatusCode);
        await another.Get<Snapshots.SnapshotStore>().RefreshAsync(CancellationToken.None);
        Assert.Empty(another.Snapshot.Tenants);
        Assert.Empty(server.Snapshot.Tenants);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Patch_IfMatch_ChangesOnlyWhatWasRead(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        using var read = await owner.GetAsync("/v1/tenants/acme");
        var tag = read.Headers.ETag!;
        using var changed = await SendPatchAsync(server, """{"quota":{"apps":1}}""", tag);
        Assert.Equal(200, (int)changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag);
        using var late = await SendPatchAsync(server, """{"quota":{"apps":2}}""", tag);
        await late.ProblemAsync(412, "precondition-failed");
        using var next = await SendPatchAsync(server, """{"quota":{"apps":3}}""", changed.Headers.ETag);
        Assert.Equal(200, (int)next.StatusCode);
    }

    [Theory]
    [InlineData("""{"quota":{"concurrency":0}}""", 400, "invalid-request")]
    [InlineData("""{"quota":{"totalConcurrency":0}}""", 400, "invalid-request")]
    [InlineData("""{"quota":{"totalConcurrency":-1}}""", 400, "invalid-request")]
    [InlineData("""{"quota":{"totalConcurrency":100000001}}""", 400, "invalid-request")]
    [InlineData("""{"quota":{"apps":-1}}""", 400, "invalid-request")]
    [InlineData("""{"quota":{"apps":1.5}}""", 400, "invalid-request")]
    [InlineData("""{"quota":{"apps":"5"}}""", 400, "invalid-request")]
    [InlineData("""{"quota":{"storage":1}}""", 400, "invalid-request")]
    [InlineData("""{"quota":{"apps":1,"apps":2}}""", 400, "invalid-request")]
    [InlineData("""{"name":"other"}""", 400, "invalid-request")]
    [InlineData("[]", 400, "invalid-request")]
    [InlineData("{", 400, "invalid-request")]
    [InlineData("""{"quota":{"limits":{"fuel":20001}}}""", 422, "limit-too-high")]
    public async Task Patch_Wrong_IsRefused(string patch, int status, string type)
    {
        await using var server = await ControlServer.StartAsync(configure: static options => options with { LimitCeilings = new LimitsDocument(Fuel: 20_000) });
        await server.CreateTenantAsync("acme");
        using var response = await SendPatchAsync(server, patch);
        var problem = await response.ProblemAsync(status, type);
        Assert.True(status != 422 || (problem.Contains("20001", StringComparison.Ordinal) && problem.Contains("20000", StringComparison.Ordinal)), problem);
        Assert.Equal(TenantQuota.Default, server.Snapshot.Tenants["acme"].Quota);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Apps_BeyondTheQuota_AreRefusedHoweverManyComeAtOnce(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await PatchAsync(server, """{"quota":{"apps":3}}""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => owner.PostDeployAsync("acme", $"app{n}", Api.Wasm())));

        Assert.Equal(3, answers.Count(static answer => (int)answer.StatusCode == 201));
        foreach (var refused in answers.Where(static answer => (int)answer.StatusCode != 201))
        {
            using var problem = JsonDocument.Parse(await refused.ProblemAsync(403, "quota-exceeded"));
            Assert.Equal((3, 3), (problem.RootElement.GetProperty("limit").GetInt64(), problem.RootElement.GetProperty("current").GetInt64()));
        }

        Assert.Equal(3, (await owner.GetAsync<Page<AppResource>>("/v1/tenants/acme/apps")).Items.Count);
        var quota = await owner.GetAsync<QuotaResource>("/v1/tenants/acme/quota");
        Assert.Equal(new QuotaValue(3, 3), quota.Apps);
        var there = server.Snapshot.Apps.Keys.First().App;
        Assert.Equal(2, (await owner.DeployAsync("acme", there, Api.Wasm("next"))).Version);
        using var later = await owner.PostDeployAsync("acme", "another", Api.Wasm(), "?wait=false");
        await later.ProblemAsync(403, "quota-exceeded");
        using (await owner.DeleteAsync($"/v1/tenants/acme/apps/{there}"))
        {
        }

        await owner.DeployAsync("acme", "another", Api.Wasm());
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Storage_BeyondTheQuota_IsRefusedExactlyAndGivenBack(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        const int Size = 300_000;
        await PatchAsync(server, $$$"""{"quota":{"storageBytes":{{{Size * 4}}}}}""");
        var blobs = Enumerable.Range(0, 10).Select(static _ => RandomNumberGenerator.GetBytes(Size)).ToList();
        var answers = await Task.WhenAll(blobs.Select(blob => PutAsync(owner, "acme", blob)));

        Assert.Equal(4, answers.Count(static answer => (int)answer.StatusCode == 201));
        var refused = answers.First(static answer => (int)answer.StatusCode != 201);
        using (var problem = JsonDocument.Parse(await refused.ProblemAsync(403, "quota-exceeded")))
        {
            Assert.Equal("storageBytes", problem.RootElement.GetProperty("quota").GetString());
            Assert.Equal(Size * 4, problem.RootElement.GetProperty("limit").GetInt64());
            Assert.Equal(Size * 4, problem.RootElement.GetProperty("current").GetInt64());
        }

        var owned = blobs[Array.FindIndex(answers, static answer => (int)answer.StatusCode == 201)];
        using var again = await PutAsync(owner, "acme", owned);
        Assert.Equal(200, (int)again.StatusCode);
        using var deploy = await owner.PostDeployAsync("acme", "web", [.. Api.Wasm(), .. RandomNumberGenerator.GetBytes(Size)]);
        await deploy.ProblemAsync(403, "quota-exceeded");
        using var elsewhere = await PutAsync(other, "other", owned);
        Assert.Equal(201, (int)elsewhere.StatusCode);
        Assert.Equal(new QuotaValue(Size * 4, Size * 4), (await owner.GetAsync<QuotaResource>("/v1/tenants/acme/quota")).StorageBytes);
        Assert.Equal(Size, (await other.GetAsync<QuotaResource>("/v1/tenants/other/quota")).StorageBytes.Current);

        // What came past the quota left nothing.
        await using var database = server.Store.Open();
        Assert.Equal(4, await database.FindAsync<long>("SELECT COUNT(*) FROM blobs", null, CancellationToken.None));
        Assert.Equal(0, await database.FindAsync<long>("SELECT COUNT(*) FROM blob_uploads", null, CancellationToken.None));
        await database.ExecuteAsync("DELETE FROM tenant_blobs WHERE sha256 = @sha256", new { sha256 = Api.Hex(owned) }, CancellationToken.None);
        Assert.Equal(Size * 3, (await owner.GetAsync<QuotaResource>("/v1/tenants/acme/quota")).StorageBytes.Current);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_AskingForMoreThanTheTenantsLimits_IsRefusedNamingBoth(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await PatchAsync(server, """{"quota":{"limits":{"fuel":4999}}}""");
        using var form = Api.Form(Manifest, ("web.wasm", Api.Wasm()));
        using var refused = await owner.PostAsync("/v1/tenants/acme/apps/web/deploy", form);
        var problem = await refused.ProblemAsync(422, "limit-too-high");
        Assert.Contains("5000", problem, StringComparison.Ordinal);
        Assert.Contains("4999", problem, StringComparison.Ordinal);
        Assert.Contains("quota", problem, StringComparison.Ordinal);
        await PatchAsync(server, """{"quota":{"limits":{"fuel":5000}}}""");
        using var form2 = Api.Form(Manifest, ("web.wasm", Api.Wasm()));
        using var taken = await owner.PostAsync("/v1/tenants/acme/apps/web/deploy", form2);
        Assert.Equal(201, (int)taken.StatusCode);
    }

    [Fact]
    public async Task Quota_Defaults_AreTheInstallations()
    {
        await using var server = await ControlServer.StartAsync(
            configure: static options => options with { Quotas = new TenantQuota { Apps = 1, RequestsPerSecond = 9 }, LimitCeilings = new LimitsDocument(Fuel: 20_000) });
        var owner = await server.CreateTenantAsync("acme");
        var quota = await owner.GetAsync<QuotaResource>("/v1/tenants/acme/quota");
        Assert.Equal(new QuotaValue(9), quota.RequestsPerSecond);
        Assert.Equal(new QuotaValue(9), quota.Burst);
        Assert.Equal(new QuotaValue(100), quota.Concurrency);
        Assert.Equal(new QuotaValue(1, 0), quota.Apps);
        Assert.Equal(new QuotaValue(null, 0), quota.FuelPerMonth);
        Assert.Equal(20_000, quota.Limits.Fuel);
        Assert.Equal(1, quota.FuelResets.Day);
        await owner.DeployAsync("acme", "web", Api.Wasm());
        using var refused = await owner.PostDeployAsync("acme", "next", Api.Wasm());
        await refused.ProblemAsync(403, "quota-exceeded");
    }

    /// <summary>A patch's content.</summary>
    internal static StringContent Patch(string json, string type = "application/merge-patch+json") => new(json, MediaTypeHeaderValue.Parse(type));

    private static async Task<TenantResource> PatchAsync(ControlServer server, string json, string type = "application/merge-patch+json")
    {
        using var response = await server.Operator.PatchAsync("/v1/tenants/acme", Patch(json, type));
        return await response.ReadAsync<TenantResource>(200);
    }

    private static async Task<HttpResponseMessage> SendPatchAsync(ControlServer server, string json, EntityTagHeaderValue? tag = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/v1/tenants/acme") { Content = Patch(json) };
        if (tag is not null)
        {
            request.Headers.IfMatch.Add(tag);
        }

        return await server.Operator.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> PutAsync(HttpClient client, string tenant, byte[] content)
    {
        using var body = new ByteArrayContent(content);
        return await client.PutAsync($"/v1/tenants/{tenant}/modules/sha256:{Api.Hex(content)}", body);
    }
}
