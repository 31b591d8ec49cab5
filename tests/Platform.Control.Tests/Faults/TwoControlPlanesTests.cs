using System.Diagnostics;
using Platform.Contracts.Api;
using Platform.Contracts.Snapshots;
using Platform.Control.Collection;
using Platform.Control.Deletion;
using Platform.Control.Idempotency;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Faults;

/// <summary>Two control planes of one PostgreSQL, as while one is replaced by a newer one.</summary>
public class TwoControlPlanesTests
{
    private const string App = "/v1/tenants/acme/apps/web";

    private static readonly AppKey Web = new("acme", "web");

    // A turn of following the store is a second; the machine may be busy.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Change_ByOne_IsInTheOthersSnapshot()
    {
        await using var one = await ControlServer.StartAsync(Dialect.Postgres);
        await using var two = await one.StartAnotherAsync();
        var owner = await one.CreateTenantAsync("acme");
        using var ownerOfTwo = two.Client(owner.DefaultRequestHeaders.Authorization!.Parameter);

        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        await UntilAsync(() => two.Snapshot.Apps.GetValueOrDefault(Web)?.Live == 1);
        await ownerOfTwo.DeployAsync("acme", "web", Api.Wasm("2"));
        await UntilAsync(() => one.Snapshot.Apps[Web].Live == 2);
        using var rolledBack = await owner.PostAsync(App + "/rollback", null);
        await rolledBack.ReadAsync<DeployResource>(200);
        await UntilAsync(() => two.Snapshot.Apps[Web].Live == 1);
        using var deleted = await ownerOfTwo.DeleteAsync(App);
        await UntilAsync(() => !one.Snapshot.Apps.ContainsKey(Web));
    }

    [Fact]
    public async Task Start_OfTheSecond_LeavesRunningRequestsOfTheFirstAlone()
    {
        await using var one = await ControlServer.StartAsync(Dialect.Postgres);
        var owner = await one.CreateTenantAsync("acme");
        var held = one.Preparer.Hold();
        var first = owner.SendAsync(Deploy("key"));
        await UntilAsync(() => one.Preparer.Calls == 1);

        await using var two = await one.StartAnotherAsync();
        using var ownerOfTwo = two.Client(owner.DefaultRequestHeaders.Authorization!.Parameter);
        var second = ownerOfTwo.SendAsync(Deploy("key"));
        await Task.WhenAny(second, Task.Delay(IdempotencyStore.Lease + TimeSpan.FromSeconds(1)));
        var waited = !second.IsCompleted;
        held.SetResult();
        using var answer = await first;
        using var replayed = await second;

        Assert.True(waited, "the second took a key over whose holder lives");
        Assert.Equal(1, (await answer.ReadAsync<DeployResource>(201)).Version);
        Assert.Equal("true", replayed.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(0, two.Preparer.Calls);
        Assert.Equal(1, two.Snapshot.Apps[Web].Live);
    }

    [Fact]
    public async Task Housekeeping_OfBothAtOnce_EndsEverythingOnce()
    {
        await using var one = await ControlServer.StartAsync(Dialect.Postgres, options => options with { BlobGrace = TimeSpan.Zero, DeletedGrace = TimeSpan.Zero });
        await using var two = await one.StartAnotherAsync(options => options with { BlobGrace = TimeSpan.Zero, DeletedGrace = TimeSpan.Zero });
        var owner = await one.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("kept"));
        for (var i = 0; i < 5; i++)
        {
            await owner.DeployAsync("acme", $"gone-{i}", Api.Wasm($"{i}"));
            using var deleted = await owner.DeleteAsync($"/v1/tenants/acme/apps/gone-{i}");
        }

        using var later = await owner.PostDeployAsync("acme", "web", Api.Wasm("later"), "?wait=false");
        await Task.WhenAll(((ControlServer[])[one, two]).Select(async server =>
        {
            await server.Get<Purger>().SweepAsync(CancellationToken.None);
            await server.Get<BlobCollector>().CollectAsync(CancellationToken.None);
            await server.Get<IdempotencyStore>().SweepAsync(CancellationToken.None);
        }));

        Assert.Equal(202, (int)later.StatusCode);
        await UntilAsync(() => one.Snapshot.Apps[Web].Live == 2 && two.Snapshot.Apps.TryGetValue(Web, out var app) && app.Live == 2);
        var database = one.Get<Database>();
        Assert.Equal(1, await database.FindAsync<long>("SELECT COUNT(*) FROM apps", null, CancellationToken.None));
        Assert.Equal(1, await database.FindAsync<long>("SELECT COUNT(*) FROM audit WHERE action = 'app.compiled'", null, CancellationToken.None));
        Assert.Equal(2, await database.FindAsync<long>("SELECT COUNT(*) FROM tenant_blobs", null, CancellationToken.None));
        Assert.Equal(2, (await owner.GetAsync<Page<VersionResource>>(App + "/versions")).Items.Count);
    }

    [Theory, InlineData(Dialect.Sqlite), InlineData(Dialect.Postgres)]
    public async Task Start_OnTheSchemaOfANewerProgram_Works(Dialect dialect)
    {
        var first = await ControlServer.StartAsync(dialect);
        var owner = await first.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        await first.Get<Database>().WriteAsync(
            async connection =>
            {
                foreach (var sql in (string[])
                [
                    "ALTER TABLE apps ADD COLUMN future bigint NOT NULL DEFAULT 7",
                    "ALTER TABLE versions ADD COLUMN future text",
                    "CREATE TABLE future (id bigint PRIMARY KEY)",
                    "INSERT INTO schema_migrations (id, checksum, applied_at) VALUES ('29991231_01_future', 'of it', 0)",
                ])
                {
                    await using var command = connection.CreateCommand();
                    command.CommandText = sql;
                    await command.ExecuteNonQueryAsync();
                }

                return 0;
            },
            CancellationToken.None);

        await using var server = await first.RestartAsync();
        using var client = server.Client(owner.DefaultRequestHeaders.Authorization!.Parameter);

        Assert.Equal(2, (await client.DeployAsync("acme", "web", Api.Wasm("2"))).Version);
        Assert.Equal([2, 1], (await client.GetAsync<Page<VersionResource>>(App + "/versions")).Items.Select(version => version.Version));
        Assert.Equal(2, (await client.GetAsync<AppResource>(App)).Version);
    }

    private static HttpRequestMessage Deploy(string key) => new(HttpMethod.Post, App + "/deploy")
    {
        Content = Api.Form(Api.Wasm("1")),
        Headers = { { "Idempotency-Key", key } },
    };

    private static async Task UntilAsync(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Bound, "it never came");
            await Task.Delay(10);
        }
    }
}
