using System.Net.Http.Headers;
using System.Net.Http.Json;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Traffic;

public class TrafficTests
{
    private const string Path = "/v1/tenants/acme/apps/web/traffic";

    private static readonly AppKey Web = new("acme", "web");

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Put_Split_IsInTheSnapshotAndTheLargestIsLive(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await DeployAsync(server, 3);

        using var response = await owner.PutAsJsonAsync(Path, Split((1, 30), (3, 50), (2, 20)));

        var traffic = await response.ReadAsync<TrafficResource>(200);
        Assert.Equal([new(3, 50), new(1, 30), new(2, 20)], traffic.Splits);
        var app = server.Snapshot.Apps[Web];
        Assert.Equal(3, app.Live);
        Assert.Equal([new TrafficShare(3, 50), new TrafficShare(1, 30), new TrafficShare(2, 20)], app.Traffic!.Shares);
        Assert.Null(app.Traffic.StickyKey);
        Assert.Equal(traffic.Splits, (await owner.GetAsync<TrafficResource>(Path)).Splits);
        Assert.Equal(3, (await owner.GetAsync<AppResource>("/v1/tenants/acme/apps/web")).Version);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Put_EqualShares_TheNewerIsLive(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await DeployAsync(server, 2);

        using var response = await owner.PutAsJsonAsync(Path, Split((1, 50), (2, 50)));

        Assert.Equal(2, (await response.ReadAsync<TrafficResource>(200)).Splits[0].Version);
        Assert.Equal(2, server.Snapshot.Apps[Web].Live);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Put_OneVersion_IsNoSplit(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await DeployAsync(server, 2);
        using var split = await owner.PutAsJsonAsync(Path, Split((1, 50), (2, 50)));

        using var response = await owner.PutAsJsonAsync(Path, new TrafficResource([new(1, 100)], Sticky: true));

        Assert.False((await response.ReadAsync<TrafficResource>(200)).Sticky);
        Assert.Equal(1, server.Snapshot.Apps[Web].Live);
        Assert.Null(server.Snapshot.Apps[Web].Traffic);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Put_Sticky_KeyIsTheAppsAndTheSameInEveryProcess(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await DeployAsync(server, 2);
        await owner.DeployAsync("acme", "two", Api.Wasm("1"));
        await owner.DeployAsync("acme", "two", Api.Wasm("2"));
        foreach (var app in new[] { "web", "two" })
        {
            using var response = await owner.PutAsJsonAsync($"/v1/tenants/acme/apps/{app}/traffic", new TrafficResource([new(1, 10), new(2, 90)], Sticky: true));
            Assert.True((await response.ReadAsync<TrafficResource>(200)).Sticky);
        }

        await using var other = await server.StartAnotherAsync();

        var key = server.Snapshot.Apps[Web].Traffic!.StickyKey!.Value;
        Assert.Equal(32, key.Length);
        Assert.Equal(key, other.Snapshot.Apps[Web].Traffic!.StickyKey!.Value);
        Assert.NotEqual(key, server.Snapshot.Apps[new AppKey("acme", "two")].Traffic!.StickyKey!.Value);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task DeployAndRollback_OfASplitApp_TakeAllAndSayWhatTheyReplaced(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await DeployAsync(server, 2);
        using var split = await owner.PutAsJsonAsync(Path, Split((1, 90), (2, 10)));

        var deploy = await owner.DeployAsync("acme", "web", Api.Wasm("3"));
        var afterDeploy = server.Snapshot.Apps[Web];
        using var again = await owner.PutAsJsonAsync(Path, Split((3, 90), (1, 10)));
        using var rollback = await owner.PostAsJsonAsync("/v1/tenants/acme/apps/web/rollback", new RollbackRequest(2));

        Assert.Equal(1, deploy.Replaced);
        Assert.Equal([new(1, 90), new(2, 10)], deploy.ReplacedTraffic!.Splits);
        Assert.Equal(3, afterDeploy.Live);
        Assert.Null(afterDeploy.Traffic);
        var rolled = await rollback.ReadAsync<DeployResource>(200);
        Assert.Equal(3, rolled.Replaced);
        Assert.Equal([new(3, 90), new(1, 10)], rolled.ReplacedTraffic!.Splits);
        Assert.Null(server.Snapshot.Apps[Web].Traffic);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Put_IfMatch_ChangesOnlyWhatWasRead(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await DeployAsync(server, 2);
        using var read = await owner.GetAsync(Path);
        var tag = read.Headers.ETag!;

        using var first = await PutAsync(owner, tag, Split((1, 50), (2, 50)));
        using var second = await PutAsync(owner, tag, Split((1, 100)));
        using var third = await PutAsync(owner, first.Headers.ETag!, Split((1, 100)));

        Assert.Equal(200, (int)first.StatusCode);
        await second.ProblemAsync(412, "precondition-failed");
        Assert.Equal(200, (int)third.StatusCode);
        Assert.NotEqual(first.Headers.ETag, third.Headers.ETag);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Put_IsAuditedWithBeforeAndAfter(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await DeployAsync(server, 2);

        using var response = await owner.PutAsJsonAsync(Path, Split((1, 60), (2, 40)));

        var entry = (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit?limit=1")).Items.Single();
        Assert.Equal(("app.traffic", "apps/web/traffic"), (entry.Action, entry.Target));
        Assert.Equal("""{"splits":[{"version":2,"percent":100}],"sticky":false}""", entry.Before!.Value.GetRawText());
        Assert.Equal("""{"splits":[{"version":1,"percent":60},{"version":2,"percent":40}],"sticky":false}""", entry.After!.Value.GetRawText());
    }

    [Theory]
    [InlineData("""{"splits":[]}""")]
    [InlineData("""{"splits":[{"version":1,"percent":99}]}""")]
    [InlineData("""{"splits":[{"version":1,"percent":50},{"version":1,"percent":50}]}""")]
    [InlineData("""{"splits":[{"version":1,"percent":100},{"version":2,"percent":0}]}""")]
    [InlineData("""{"splits":[{"version":1,"percent":101},{"version":2,"percent":-1}]}""")]
    [InlineData("""{"splits":[{"version":1,"percent":99.5},{"version":2,"percent":0.5}]}""")]
    [InlineData("""{"splits":[{"version":1,"percent":"100"}]}""")]
    [InlineData("""{"splits":[null]}""")]
    [InlineData("""{"splits":null}""")]
    [InlineData("""{}""")]
    public async Task Put_NotSharesOf100_IsInvalidAndChangesNothing(string body)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await DeployAsync(server, 2);
        var revision = server.Snapshot.Revision;

        using var response = await owner.PutAsync(Path, new StringContent(body, new MediaTypeHeaderValue("application/json")));

        await response.ProblemAsync(400, "invalid-request");
        Assert.Equal(revision, server.Snapshot.Revision);
    }

    [Fact]
    public async Task Put_MoreThanTenVersions_IsInvalid()
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await DeployAsync(server, 1);

        using var response = await owner.PutAsJsonAsync(Path, Split([.. Enumerable.Range(1, 10).Select(i => (i, 9)), (11, 10)]));

        await response.ProblemAsync(400, "invalid-request");
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Put_VersionThatIsNotReady_IsAConflict(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await DeployAsync(server, 1);
        var held = server.Preparer.Hold();
        using var compiling = await owner.PostDeployAsync("acme", "web", Api.Wasm("2"), "?wait=false");
        Assert.Equal(202, (int)compiling.StatusCode);

        using var unknown = await owner.PutAsJsonAsync(Path, Split((9, 100)));
        using var notReady = await owner.PutAsJsonAsync(Path, Split((2, 100)));
        held.SetResult();

        await unknown.ProblemAsync(409, "conflict");
        Assert.Contains("compiling", await notReady.ProblemAsync(409, "conflict"), StringComparison.Ordinal);
        using var none = await owner.GetAsync("/v1/tenants/acme/apps/none/traffic");
        await none.ProblemAsync(404, "not-found");
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Snapshot_LiveSetByAProgramWithoutTraffic_SplitIsOfNoEffect(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await DeployAsync(server, 2);
        using var split = await owner.PutAsJsonAsync(Path, Split((1, 60), (2, 40)));
        await server.Get<Database>().ExecuteAsync("UPDATE apps SET live = 2", null, CancellationToken.None);

        await using var other = await server.StartAnotherAsync();

        Assert.Equal(2, other.Snapshot.Apps[Web].Live);
        Assert.Null(other.Snapshot.Apps[Web].Traffic);
        Assert.Equal([new TrafficSplit(2, 100)], (await owner.GetAsync<TrafficResource>(Path)).Splits);
    }

    private static async Task<HttpClient> DeployAsync(ControlServer server, int versions)
    {
        var owner = await server.CreateTenantAsync("acme");
        for (var i = 1; i <= versions; i++)
        {
            await owner.DeployAsync("acme", "web", Api.Wasm($"{i}"));
        }

        return owner;
    }

    private static TrafficResource Split(params (int Version, int Percent)[] splits) => new([.. splits.Select(split => new TrafficSplit(split.Version, split.Percent))]);

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, EntityTagHeaderValue tag, TrafficResource traffic) => client.SendAsync(
        new HttpRequestMessage(HttpMethod.Put, Path) { Headers = { IfMatch = { tag } }, Content = JsonContent.Create(traffic) });
}
