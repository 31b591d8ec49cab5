using System.Net.Http.Json;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Control.Deletion;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Deletion;

public class DeletionTests
{
    private const string App = "/v1/tenants/acme/apps/web";

    private static readonly AppKey Web = new("acme", "web");

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task DeletedApp_Restored_IsAsItWas(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        await owner.DeployAsync("acme", "web", Api.Wasm("2"));
        using var split = await owner.PutAsJsonAsync(App + "/traffic", new TrafficResource([new(1, 30), new(2, 70)]));
        var before = server.Snapshot.Apps[Web];
        using var deleted = await owner.DeleteAsync(App);
        var gone = !server.Snapshot.Apps.ContainsKey(Web);
        var listed = Assert.Single((await owner.GetAsync<Page<AppResource>>("/v1/tenants/acme/apps?deleted=true")).Items);

        using var restored = await owner.PostAsync(App + "/restore", null);

        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.True(gone);
        Assert.Equal(TimeSpan.FromDays(7), listed.RestorableUntil - listed.Deleted);
        var app = await restored.ReadAsync<AppResource>(200);
        Assert.Equal(("web", 2, null), (app.Name, app.Version, app.Deleted));
        Assert.Equal(before.Id, server.Snapshot.Apps[Web].Id);
        Assert.Equal(before.Traffic!.Shares, server.Snapshot.Apps[Web].Traffic!.Shares);
        Assert.Equal(before.Versions.Keys.Order(), server.Snapshot.Apps[Web].Versions.Keys.Order());
        Assert.Empty((await owner.GetAsync<Page<AppResource>>("/v1/tenants/acme/apps?deleted=true")).Items);
        Assert.Equal(3, (await owner.DeployAsync("acme", "web", Api.Wasm("3"))).Version);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task DeletedApp_EveryRouteOfIt_IsNotFoundAndItsNameIsKept(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        using var deleted = await owner.DeleteAsync(App);

        foreach (var path in new[] { "", "/versions", "/versions/1", "/traffic", "/logs", "/triggers" })
        {
            using var response = await owner.GetAsync(App + path);
            await response.ProblemAsync(404, "not-found");
        }

        using var rollback = await owner.PostAsJsonAsync(App + "/rollback", new RollbackRequest(1));
        await rollback.ProblemAsync(404, "not-found");
        using var traffic = await owner.PutAsJsonAsync(App + "/traffic", new TrafficResource([new(1, 100)]));
        await traffic.ProblemAsync(404, "not-found");
        using var again = await owner.DeleteAsync(App);
        await again.ProblemAsync(404, "not-found");
        using var deploy = await owner.PostDeployAsync("acme", "web", Api.Wasm());
        Assert.Contains("purge=true", await deploy.ProblemAsync(409, "app-deleted"), StringComparison.Ordinal);
        using var later = await owner.PostDeployAsync("acme", "web", Api.Wasm(), "?wait=false");
        await later.ProblemAsync(409, "app-deleted");
        Assert.Empty((await owner.GetAsync<Page<AppResource>>("/v1/tenants/acme/apps")).Items);
        await using var other = await server.StartAnotherAsync();
        Assert.Empty(other.Snapshot.Apps);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task PurgeOfAnApp_IsAnOwnersAndFreesTheName(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var developer = await server.CreateTokenAsync("acme", TokenRole.Developer);
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        var id = server.Snapshot.Apps[Web].Id;

        using var refused = await developer.DeleteAsync(App + "?purge=true");
        using var deleted = await developer.DeleteAsync(App);
        using var purged = await owner.DeleteAsync(App + "?purge=true");
        using var restored = await owner.PostAsync(App + "/restore", null);
        var again = await owner.DeployAsync("acme", "web", Api.Wasm("2"));

        await refused.ProblemAsync(403, "role-too-low");
        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Equal(204, (int)purged.StatusCode);
        await restored.ProblemAsync(404, "not-found");
        Assert.Equal([id], server.Purger.Purged);
        Assert.Equal(1, again.Version);
        Assert.NotEqual(id, server.Snapshot.Apps[Web].Id);
        Assert.Equal(
            ["app.deploy", "app.purge", "app.delete", "app.deploy"],
            (await owner.GetAsync<Page<AuditEntryResource>>("/v1/tenants/acme/audit?limit=4")).Items.Select(entry => entry.Action).Where(action => action != "token.create"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Purge_DataOutOfReach_KeepsTheRowUntilItIsGone(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        server.Purger.Fails = true;

        using var purged = await owner.DeleteAsync(App + "?purge=true");
        using var restored = await owner.PostAsync(App + "/restore", null);
        using var deploy = await owner.PostDeployAsync("acme", "web", Api.Wasm());
        await server.Get<Purger>().SweepAsync(CancellationToken.None);
        var during = await CountAsync(server, "apps");
        server.Purger.Fails = false;
        await server.Get<Purger>().SweepAsync(CancellationToken.None);

        Assert.Equal(202, (int)purged.StatusCode);
        await restored.ProblemAsync(404, "not-found");
        await deploy.ProblemAsync(409, "app-deleted");
        Assert.Equal(1, during);
        Assert.Equal(0, await CountAsync(server, "apps"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Purge_IsDoneAgainOnceNoRequestOfTheAppCanRun(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(
            dialect, options => options with { LimitCeilings = options.LimitCeilings with { WallMs = 300_000 } }, time);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var id = server.Snapshot.Apps[Web].Id;
        using var purged = await owner.DeleteAsync(App + "?purge=true");
        var atOnce = server.Purger.Purged.ToArray();

        time.Advance(TimeSpan.FromMinutes(5));
        await server.Get<Purger>().SweepAsync(CancellationToken.None);
        var tooEarly = server.Purger.Purged.Count;
        time.Advance(TimeSpan.FromMinutes(1));
        server.Purger.Fails = true;
        await server.Get<Purger>().SweepAsync(CancellationToken.None);
        server.Purger.Fails = false;
        await server.Get<Purger>().SweepAsync(CancellationToken.None);
        await server.Get<Purger>().SweepAsync(CancellationToken.None);

        Assert.Equal(204, (int)purged.StatusCode);
        Assert.Equal([id], atOnce);
        Assert.Equal(1, tooEarly);
        Assert.Equal([id, id], server.Purger.Purged);
        Assert.Equal(0, await CountAsync(server, "purged_apps"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Sweep_AfterTheGrace_PurgesAppsAndTenants(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        await owner.DeployAsync("acme", "stays", Api.Wasm());
        var other = await server.CreateTenantAsync("other");
        await other.DeployAsync("other", "one", Api.Wasm());
        await other.DeployAsync("other", "two", Api.Wasm());
        using var app = await owner.DeleteAsync(App);
        using var tenant = await server.Operator.DeleteAsync("/v1/tenants/other");
        Assert.Single(server.Snapshot.Apps);

        time.Advance(TimeSpan.FromDays(6.9));
        await server.Get<Purger>().SweepAsync(CancellationToken.None);
        var during = await CountAsync(server, "apps");
        time.Advance(TimeSpan.FromDays(0.2));
        await server.Get<Purger>().SweepAsync(CancellationToken.None);

        Assert.Equal(4, during);
        Assert.Equal(1, await CountAsync(server, "apps"));
        Assert.Equal(1, await CountAsync(server, "tenants"));
        Assert.Equal(3, server.Purger.Purged.Count);
        Assert.Equal(1, await CountAsync(server, "version_blobs"));
        Assert.Equal("stays", Assert.Single(server.Snapshot.Apps).Key.App);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task DeletedTenant_Restored_AnswersAgainWithItsTokens(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        await owner.DeployAsync("acme", "old", Api.Wasm());
        using var app = await owner.DeleteAsync("/v1/tenants/acme/apps/old");

        using var deleted = await server.Operator.DeleteAsync("/v1/tenants/acme");
        using var gone = await owner.GetAsync("/v1/tenants/acme");
        using var goneForTheOperator = await server.Operator.GetAsync("/v1/tenants/acme");
        using var again = await server.Operator.DeleteAsync("/v1/tenants/acme");
        using var taken = await server.Operator.PostAsJsonAsync("/v1/tenants", new { name = "acme" });
        var listed = (await server.Operator.GetAsync<Page<TenantResource>>("/v1/tenants")).Items.Count;
        var restorable = Assert.Single((await server.Operator.GetAsync<Page<TenantResource>>("/v1/tenants?deleted=true")).Items);
        var inSnapshot = server.Snapshot.Apps.Count;
        using var restoredByTheOwner = await owner.PostAsync("/v1/tenants/acme/restore", null);
        using var restored = await server.Operator.PostAsync("/v1/tenants/acme/restore", null);
        using var restoredAgain = await server.Operator.PostAsync("/v1/tenants/acme/restore", null);

        Assert.Equal("acme", restorable.Name);
        Assert.Equal(restorable.Deleted + TimeSpan.FromDays(7), restorable.RestorableUntil);
        Assert.Empty((await server.Operator.GetAsync<Page<TenantResource>>("/v1/tenants?deleted=true")).Items);
        Assert.Equal(204, (int)deleted.StatusCode);
        await gone.ProblemAsync(404, "not-found");
        await goneForTheOperator.ProblemAsync(404, "not-found");
        await again.ProblemAsync(404, "not-found");
        await taken.ProblemAsync(409, "tenant-deleted");
        Assert.Equal((0, 0), (listed, inSnapshot));
        await restoredByTheOwner.ProblemAsync(404, "not-found");
        Assert.Equal("acme", (await restored.ReadAsync<TenantResource>(200)).Name);
        await restoredAgain.ProblemAsync(404, "not-found");
        Assert.Equal("web", Assert.Single((await owner.GetAsync<Page<AppResource>>("/v1/tenants/acme/apps")).Items).Name);
        Assert.Equal(Web, Assert.Single(server.Snapshot.Apps).Key);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_UnderWayWhenItsTenantIsDeleted_ChangesNothing(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        var held = server.Preparer.Hold();
        var calls = server.Preparer.Calls;
        var deploying = owner.PostDeployAsync("acme", "web", Api.Wasm("2"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (server.Preparer.Calls == calls)
        {
            await Task.Delay(10, patience.Token);
        }

        using var deleted = await server.Operator.DeleteAsync("/v1/tenants/acme");
        held.SetResult();

        using var response = await deploying;
        await response.ProblemAsync(404, "not-found");
        using var restored = await server.Operator.PostAsync("/v1/tenants/acme/restore", null);
        Assert.Equal(1, (await owner.GetAsync<AppResource>(App)).Version);
        Assert.Single((await owner.GetAsync<Page<VersionResource>>(App + "/versions")).Items);
    }

    private static Task<long> CountAsync(ControlServer server, string table) =>
        server.Get<Database>().FindAsync<long>($"SELECT COUNT(*) FROM {table}", null, CancellationToken.None);
}
