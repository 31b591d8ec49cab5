using System.Net.Http.Headers;
using System.Net.Http.Json;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Limits;

public class LimitTests
{
    private const string Path = "/v1/tenants/acme/apps/web/limits";

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Limits_ReplacedAndCleared_AreWhatWorkersAreGivenAfterARestartToo(Dialect dialect)
    {
        var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        Assert.Equal(new LimitsDocument(), await owner.GetAsync<LimitsDocument>(Path));

        using var set = await PutAsync(owner, new LimitsDocument(Fuel: 5000, LogBytes: 10));
        Assert.Equal(204, (int)set.StatusCode);
        Assert.Equal(new LimitsDocument(Fuel: 5000, LogBytes: 10), await owner.GetAsync<LimitsDocument>(Path));
        Assert.Equal(new LimitsDocument(Fuel: 5000, LogBytes: 10), Live(server));
        using var replaced = await PutAsync(owner, new LimitsDocument(1, 2, 3, 4, 5, 6));
        Assert.Equal(204, (int)replaced.StatusCode);
        await using var restarted = await server.RestartAsync();
        Assert.Equal(new LimitsDocument(1, 2, 3, 4, 5, 6), Live(restarted));
        using var cleared = await restarted.Operator.PutAsJsonAsync(Path, new { });
        Assert.Equal(204, (int)cleared.StatusCode);
        Assert.Equal(new LimitsDocument(), Live(restarted));

        var entries = (await restarted.Operator.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit")).Items;
        Assert.Equal(["limits.set", "limits.set", "limits.set"], entries.Take(3).Select(static entry => entry.Action));
        Assert.Equal("{\"fuel\":5000,\"logBytes\":10}", entries[1].Before!.Value.GetRawText());
        Assert.Equal(6, entries[1].After!.Value.GetProperty("logBytes").GetInt32());
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task IfMatch_OfAnEarlierState_ChangesNothing(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        using var read = await owner.GetAsync(Path);

        using var set = await PutAsync(owner, new LimitsDocument(Fuel: 1), read.Headers.ETag);
        using var stale = await PutAsync(owner, new LimitsDocument(Fuel: 2), read.Headers.ETag);
        using var current = await PutAsync(owner, new LimitsDocument(Fuel: 3), set.Headers.ETag);

        Assert.Equal(204, (int)set.StatusCode);
        await stale.ProblemAsync(412, "precondition-failed");
        Assert.Equal(204, (int)current.StatusCode);
        Assert.Equal(3, Live(server).Fuel);
    }

    [Fact]
    public async Task Limits_AboveTheCeiling_AreRefusedNamingBothForAppsAndManifests()
    {
        await using var server = await ControlServer.StartAsync(configure: static options => options with { LimitCeilings = new LimitsDocument(Fuel: 100, WallMs: 7) });
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());

        using var app = await PutAsync(owner, new LimitsDocument(Fuel: 100, WallMs: 8));
        using var unlimited = await PutAsync(owner, new LimitsDocument(Fuel: 100, MemoryBytes: 1 << 30));

        Assert.Contains("'wallMs' is 8, above this installation's ceiling of 7.", await app.ProblemAsync(422, "limit-too-high"), StringComparison.Ordinal);
        Assert.Equal(204, (int)unlimited.StatusCode);
    }

    [Theory]
    [InlineData("{\"fuel\":0}")]
    [InlineData("{\"wallMs\":-1}")]
    [InlineData("{\"fuel\":1.5}")]
    [InlineData("{\"fuel\":\"1\"}")]
    [InlineData("{\"fuel\":9223372036854775808}")]
    [InlineData("{\"memory-bytes\":1}")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Body_NotWhatItTakes_IsInvalid(string body)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());

        using var response = await owner.PutAsync(new Uri(Path, UriKind.Relative), new StringContent(body, new MediaTypeHeaderValue("application/json")));

        await response.ProblemAsync(400, "invalid-request");
        Assert.Equal(new LimitsDocument(), Live(server));
    }

    [Fact]
    public async Task Limits_OfNoApp_AreNotFoundAndMakeNone()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");

        using var read = await owner.GetAsync(Path);
        using var set = await PutAsync(owner, new LimitsDocument(Fuel: 1));

        await read.ProblemAsync(404, "not-found");
        await set.ProblemAsync(404, "not-found");
        Assert.Empty(server.Snapshot.Apps);
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, LimitsDocument limits, EntityTagHeaderValue? match = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, Path) { Content = JsonContent.Create(limits) };
        if (match is not null)
        {
            request.Headers.IfMatch.Add(match);
        }

        return client.SendAsync(request);
    }

    private static LimitsDocument Live(ControlServer server) => server.Snapshot.Apps[new AppKey("acme", "web")].Configuration.Limits;
}
