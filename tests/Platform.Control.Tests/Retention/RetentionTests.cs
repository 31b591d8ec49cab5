using System.Net.Http.Json;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Control.Retention;
using Platform.Control.Snapshots;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Retention;

public class RetentionTests
{
    private static readonly AppKey Web = new("acme", "web");

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_BeyondTheNumberKept_RemovesTheOldest(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect, options => options with { KeepVersions = 2 });
        var owner = await DeployAsync(server, 4);

        Assert.Equal([3, 4], server.Snapshot.Apps[Web].Versions.Keys.Order());
        var versions = (await owner.GetAsync<Page<VersionResource>>("/v1/tenants/acme/apps/web/versions")).Items;
        Assert.Equal(
            [VersionState.Ready, VersionState.Ready, VersionState.Removed, VersionState.Removed], versions.Select(version => version.State));
        var entry = (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit?limit=1")).Items.Single();
        Assert.Equal(
            ("version.remove", "platform", """{"state":"ready","versions":[2]}"""), (entry.Action, entry.Actor, entry.Before!.Value.GetRawText()));
        Assert.Equal(
            0, await server.Get<Database>().FindAsync<long>("SELECT COUNT(*) FROM version_blobs WHERE number < 3", null, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task RemovedVersion_RolledBackToOrSplit_IsAConflict(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect, options => options with { KeepVersions = 1 });
        var owner = await DeployAsync(server, 2);

        using var rollback = await owner.PostAsJsonAsync("/v1/tenants/acme/apps/web/rollback", new RollbackRequest(1));
        using var before = await owner.PostAsJsonAsync("/v1/tenants/acme/apps/web/rollback", new RollbackRequest());
        using var traffic = await owner.PutAsJsonAsync("/v1/tenants/acme/apps/web/traffic", new TrafficResource([new(1, 50), new(2, 50)]));

        await rollback.ProblemAsync(409, "version-removed");
        await before.ProblemAsync(409, "conflict");
        await traffic.ProblemAsync(409, "version-removed");
        Assert.Equal(2, server.Snapshot.Apps[Web].Live);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task VersionInASplit_IsKeptUntilItIsInNone(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect, options => options with { KeepVersions = 1 });
        var owner = await DeployAsync(server, 1);
        var held = server.Preparer.Hold();
        using var accepted = await owner.PostDeployAsync("acme", "web", Api.Wasm("2"), "?wait=false");
        var finishing = WaitForVersionAsync(owner, 2);
        held.SetResult();
        await finishing;
        Assert.Equal([2], server.Snapshot.Apps[Web].Versions.Keys);

        await using var keeping = await server.StartAnotherAsync(options => options with { KeepVersions = 20 });
        var third = keeping.Client(owner.DefaultRequestHeaders.Authorization!.Parameter);
        await third.DeployAsync("acme", "web", Api.Wasm("3"));
        using var split = await third.PutAsJsonAsync("/v1/tenants/acme/apps/web/traffic", new TrafficResource([new(2, 1), new(3, 99)]));
        Assert.Equal(200, (int)split.StatusCode);
        await server.Get<VersionRetention>().SweepAsync(CancellationToken.None);
        await server.Get<SnapshotStore>().RefreshAsync(CancellationToken.None);
        var inSplit = server.Snapshot.Apps[Web].Versions.Keys.Order().ToArray();
        using var whole = await third.PutAsJsonAsync("/v1/tenants/acme/apps/web/traffic", new TrafficResource([new(3, 100)]));
        await server.Get<VersionRetention>().SweepAsync(CancellationToken.None);
        await server.Get<SnapshotStore>().RefreshAsync(CancellationToken.None);

        Assert.Equal([2, 3], inSplit);
        Assert.Equal([3], server.Snapshot.Apps[Web].Versions.Keys);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Sweep_VersionsOlderThanTheAge_AreRemovedButTheLiveOneIsNot(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, options => options with { KeepVersionsFor = TimeSpan.FromDays(30) }, time);
        await DeployAsync(server, 3);
        var young = server.Snapshot.Apps[Web].Versions.Count;

        time.Advance(TimeSpan.FromDays(31));
        await server.Get<VersionRetention>().SweepAsync(CancellationToken.None);
        await server.Get<SnapshotStore>().RefreshAsync(CancellationToken.None);

        Assert.Equal(3, young);
        Assert.Equal([3], server.Snapshot.Apps[Web].Versions.Keys);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task LiveVersionThatIsOld_AfterARollback_IsKeptByDeploysThatFail(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect, options => options with { KeepVersions = 2 });
        var owner = await DeployAsync(server, 2);
        using var rollback = await owner.PostAsJsonAsync("/v1/tenants/acme/apps/web/rollback", new RollbackRequest(1));
        Assert.Equal(200, (int)rollback.StatusCode);

        for (var i = 3; i <= 6; i++)
        {
            using var failing = await owner.PostDeployAsync("acme", "web", [(byte)i], "?wait=false");
            await WaitForVersionAsync(owner, i);
        }

        await server.Get<VersionRetention>().SweepAsync(CancellationToken.None);
        await server.Get<SnapshotStore>().RefreshAsync(CancellationToken.None);

        Assert.Equal(1, server.Snapshot.Apps[Web].Live);
        Assert.Equal([1, 2], server.Snapshot.Apps[Web].Versions.Keys.Order());
        var versions = (await owner.GetAsync<Page<VersionResource>>("/v1/tenants/acme/apps/web/versions")).Items;
        Assert.Equal(2, versions.Count(version => version.State == VersionState.Failed));
        Assert.Equal(2, versions.Count(version => version.State == VersionState.Removed));
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

    private static async Task WaitForVersionAsync(HttpClient client, int version)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await client.GetAsync<VersionResource>($"/v1/tenants/acme/apps/web/versions/{version}")).State == VersionState.Compiling)
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
