using System.Data.Common;
using System.Net.Http.Headers;
using Dapper;
using Platform.Contracts.Versions;
using Platform.Control.Collection;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Collection;

public class BlobCollectorTests
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(25);

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Collect_ModulesOfRemovedVersionsAndUnusedUploads_AreGoneAfterTheGrace(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, options => options with { KeepVersions = 1 }, time);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        await owner.DeployAsync("acme", "web", Api.Wasm("2"));
        await UploadAsync(owner, Api.Wasm("unused"));

        await CollectAsync(server);
        var young = await CountAsync(server, "tenant_blobs");
        time.Advance(Day);
        await CollectAsync(server);

        Assert.Equal(3, young);
        Assert.Equal(1, await CountAsync(server, "tenant_blobs"));
        Assert.Equal(1, await CountAsync(server, "blobs"));
        Assert.Equal(1, await CountAsync(server, "blob_chunks"));
        using var kept = await owner.GetAsync(PathOf(Api.Wasm("2")));
        Assert.Equal(200, (int)kept.StatusCode);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Collect_UploadedAgain_BeginsItsGraceAnew(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        await UploadAsync(owner, Api.Wasm("part"));
        time.Advance(Day);
        await UploadAsync(owner, Api.Wasm("part"));

        await CollectAsync(server);
        var afterUpload = await CountAsync(server, "tenant_blobs");
        time.Advance(Day);
        await CollectAsync(server);

        Assert.Equal(1, afterUpload);
        Assert.Equal(0, await CountAsync(server, "tenant_blobs"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Collect_BlobOfAnotherTenantToo_StaysTheirs(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        await UploadAsync(owner, Api.Wasm("same"));
        await other.DeployAsync("other", "web", Api.Wasm("same"));

        time.Advance(Day);
        await CollectAsync(server);

        using var theirs = await other.GetAsync(PathOf(Api.Wasm("same")).Replace("acme", "other", StringComparison.Ordinal));
        using var ours = await owner.GetAsync(PathOf(Api.Wasm("same")));
        Assert.Equal(200, (int)theirs.StatusCode);
        Assert.Equal(404, (int)ours.StatusCode);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Collect_VersionOfAProgramBefore_IsLearntFromItsDocument(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        await server.Get<Database>().ExecuteAsync("DELETE FROM version_blobs", null, CancellationToken.None);
        await server.Get<Database>().ExecuteAsync("UPDATE versions SET blobs_known = 0", null, CancellationToken.None);

        time.Advance(Day);
        await CollectAsync(server);

        Assert.Equal(1, await CountAsync(server, "tenant_blobs"));
        Assert.Equal(1, await CountAsync(server, "version_blobs"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Deploy_BlobCollectedBeforeItsTransaction_FailsCleanlyAndSucceedsWhenSentAgain(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        var held = server.Preparer.Hold();
        var calls = server.Preparer.Calls;
        var deploying = owner.PostDeployAsync("acme", "web", Api.Wasm("1"));
        await UntilAsync(() => server.Preparer.Calls > calls);

        // A deploy that takes longer than the grace time: nothing shorter lets a collection come between. The blob itself is younger than a sweep takes.
        await server.Get<Database>().ExecuteAsync("UPDATE tenant_blobs SET created_at = 0, touched_at = 0", null, CancellationToken.None);
        await CollectAsync(server);
        held.SetResult();

        using var response = await deploying;
        Assert.Contains("send the deploy again", await response.ProblemAsync(503, "part-removed"), StringComparison.Ordinal);
        Assert.Empty(server.Snapshot.Apps);
        Assert.Equal(0, await CountAsync(server, "apps"));
        Assert.Equal(1, (await owner.DeployAsync("acme", "web", Api.Wasm("1"))).Version);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Collect_BetweenADeploysStatementsAndItsCommit_OneOfTheTwoFails(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        await UploadAsync(owner, Api.Wasm("old"));
        var database = server.Get<Database>();
        await database.ExecuteAsync("UPDATE tenant_blobs SET created_at = 0, touched_at = 0", null, CancellationToken.None);

        Task? collecting = null;
        var deploying = database.WriteAsync(
            async connection =>
            {
                var added = await AddVersionAsync(connection, Api.Wasm("old"));
                collecting = CollectAsync(server);
                if (dialect == Dialect.Postgres)
                {
                    // SQLite has one writer: there the collection waits for this transaction.
                    await collecting;
                }

                return added;
            },
            CancellationToken.None);

        if (dialect == Dialect.Postgres)
        {
            var lost = await Assert.ThrowsAnyAsync<DbException>(() => deploying);
            Assert.True(BlobCollector.IsLostRace(lost));
        }
        else
        {
            Assert.Equal(0, await deploying);
        }

        await collecting!;
        var expected = dialect == Dialect.Postgres ? 1 : 2;
        Assert.Equal(expected, await CountAsync(server, "tenant_blobs"));
        Assert.Equal(expected, await CountAsync(server, "version_blobs"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Collect_DeployCommitsFirst_BlobStays(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));
        await UploadAsync(owner, Api.Wasm("old"));
        var database = server.Get<Database>();
        await database.ExecuteAsync("UPDATE tenant_blobs SET created_at = 0, touched_at = 0", null, CancellationToken.None);

        await database.WriteAsync(connection => AddVersionAsync(connection, Api.Wasm("old")), CancellationToken.None);
        await CollectAsync(server);

        Assert.Equal(2, await CountAsync(server, "tenant_blobs"));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task DeleteTenant_ItsVersionsAndBlobs_GoTogether(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm("1"));

        await server.Get<Database>().ExecuteAsync("DELETE FROM tenants", null, CancellationToken.None);

        Assert.Equal(0, await CountAsync(server, "tenant_blobs"));
        Assert.Equal(0, await CountAsync(server, "version_blobs"));
    }

    [Fact]
    public void Of_Document_NamesModulesSourcesDependenciesAndFilesOnce()
    {
        var document = new VersionDocument
        {
            Routes = [],
            Components =
            [
                new ComponentDocument
                {
                    Id = "one", ModuleSha256 = "b", SourceSha256 = "a",
                    Dependencies = [new DependencyDocument("x", "c", null, [])], Files = [new FileDocument("/f", 1, "d"), new FileDocument("/g", 1, "d")],
                },
                new ComponentDocument { Id = "two", ModuleSha256 = "a" },
            ],
        };

        Assert.Equal(["a", "b", "c", "d"], VersionBlobs.Of(document));
    }

    // What a deploy's transaction does.
    private static async Task<int> AddVersionAsync(DbConnection connection, byte[] module)
    {
        var (app, tenant) = await connection.QuerySingleAsync<(long, long)>("SELECT id, tenant_id FROM apps WHERE name = 'web'");
        await connection.ExecuteAsync(
            "INSERT INTO versions (app_id, number, tenant_id, state, document, created_at, created_by, blobs_known) VALUES (@app, 99, @tenant, 'ready', '{}', 0, 'test', 1)",
            new { app, tenant });
        return await VersionBlobs.AddAsync(
            connection,
            new TenantScope(tenant, "acme"),
            app,
            99,
            new VersionDocument { Routes = [], Components = [new ComponentDocument { Id = "main", ModuleSha256 = Api.Hex(module) }] });
    }

    private static Task CollectAsync(ControlServer server) => server.Get<BlobCollector>().CollectAsync(CancellationToken.None);

    private static Task<long> CountAsync(ControlServer server, string table) =>
        server.Get<Database>().FindAsync<long>($"SELECT COUNT(*) FROM {table}", null, CancellationToken.None);

    private static string PathOf(byte[] module) => $"/v1/tenants/acme/modules/sha256:{Api.Hex(module)}";

    private static async Task UploadAsync(HttpClient client, byte[] module)
    {
        using var response = await client.PutAsync(PathOf(module), new ByteArrayContent(module) { Headers = { ContentType = new MediaTypeHeaderValue("application/wasm") } });
        Assert.True(response.IsSuccessStatusCode);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
