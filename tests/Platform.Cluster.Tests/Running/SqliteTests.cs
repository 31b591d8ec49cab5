using System.Collections.Concurrent;
using System.Net;
using Platform.Cluster.Tests.Hosting;
using Platform.FunctionalTests.Cases;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;

namespace Platform.Cluster.Tests.Running;

/// <summary>Apps' SQLite databases on a cluster: in processes of the role <c>sqlite</c>, whichever worker runs the app.</summary>
public sealed class SqliteTests(SharedPlatform platform)
{
    private const string Open = """["sqlite.Connection.open","default"]""";

    public static TheoryData<string> Cases => [.. Case.All.Where(static name => name.StartsWith("sqlite/", StringComparison.Ordinal))];

    /// <summary>What SQL may do is the same as in one process.</summary>
    [Theory, MemberData(nameof(Cases))]
    public async Task Case_AsItsFolderSays(string name) =>
        await new Case(name, static text => text).CheckAsync(await platform.NewTenantAsync(), "case", platform.Server.Url);

    [Fact]
    public async Task Databases_OfManyApps_AreInBothShards_AndStayThere()
    {
        var tenant = await platform.NewTenantAsync();
        const int Apps = 8;
        for (var app = 0; app < Apps; app++)
        {
            await DeployAsync(tenant, $"app{app}");
            await ExecuteAsync(tenant, $"app{app}", "CREATE TABLE t (n)");
            await ExecuteAsync(tenant, $"app{app}", $"INSERT INTO t VALUES ({app})");
        }

        for (var app = 0; app < Apps; app++)
        {
            Assert.Contains($"\"{app}\"", await ExecuteAsync(tenant, $"app{app}", "SELECT n FROM t"), StringComparison.Ordinal);
        }

        // By chance all eight are in one of the two once in 128 times: others' apps are there too.
        var homes = platform.Cluster.Shards.Select(static shard => Path.Combine(shard.DataDirectory, "sqlite")).ToList();
        Assert.True(homes.Sum(static home => Directory.GetDirectories(home).Length) >= Apps);
        Assert.All(platform.Cluster.Workers, static worker => Assert.False(Directory.Exists(Path.Combine(worker.DataDirectory, "sqlite"))));
    }

    [Fact]
    public async Task Shard_ToldToStop_AndStarted_LosesNoRequest()
    {
        var tenant = await platform.NewTenantAsync();
        await DeployAsync(tenant, "app");
        await ExecuteAsync(tenant, "app", "CREATE TABLE t (n)");
        var answers = new ConcurrentBag<string>();
        using var load = new ClusterLoad(4, async (client, i) =>
        {
            var answer = await CallAsync(tenant, "app", $$"""[{{Open}},["$0.execute","INSERT INTO t VALUES ({{(client * 100_000) + i}})",[]]]""");
            answers.Add(await answer.Content.ReadAsStringAsync());
            return answer;
        });
        await load.WaitForAsync(20);
        foreach (var shard in platform.Cluster.Shards)
        {
            await shard.StopAsync();
            await shard.StartAsync();
        }

        Assert.All(await load.StopAsync(), static status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.All(answers, static answer => Assert.DoesNotContain("error", answer, StringComparison.OrdinalIgnoreCase));
        Assert.Contains($"\"{answers.Count}\"", await ExecuteAsync(tenant, "app", "SELECT count(*) FROM t"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shard_WhoseVolumeIsLost_HasWhatItCopiedLast()
    {
        var tenant = await platform.NewTenantAsync();
        await DeployAsync(tenant, "app");
        await ExecuteAsync(tenant, "app", "CREATE TABLE t (n)");
        await ExecuteAsync(tenant, "app", "INSERT INTO t VALUES ('planted-row-7c1e')");
        await Waiting.ForAsync(
            async () => await platform.Cluster.CountAsync(
                "SELECT count(*) FROM database_copies b JOIN blob_chunks c ON c.upload_id = b.upload_id WHERE position('planted-row-7c1e'::bytea IN c.data) > 0") == 1,
            "a copy with the row in the store");

        foreach (var shard in platform.Cluster.Shards)
        {
            await shard.StopAsync(ServerProcess.SigKill);
            Directory.Delete(shard.DataDirectory, recursive: true);
            await shard.StartAsync();
        }

        Assert.Contains("planted-row-7c1e", await ExecuteAsync(tenant, "app", "SELECT n FROM t"), StringComparison.Ordinal);
    }

    /// <summary>Without a control plane it can't know whether its empty volume is a lost one: it waits, and ends when it is told to.</summary>
    [Fact]
    public async Task Shard_WithAnEmptyVolumeAndNoControlPlane_WaitsAndEndsAsItIsTold()
    {
        using var directory = new TemporaryDirectory();
        await using var process = ServerProcess.Start(
            Repository.HostProgram,
            ["--roles", "sqlite", "--urls", "http://127.0.0.1:0", "--internal-urls", "http://127.0.0.1:0", "--data-dir", directory.Combine("data")],
            new Dictionary<string, string> { ["Platform__ClusterKey"] = Convert.ToBase64String(new byte[32]), ["Platform__ControlUrls__0"] = "http://127.0.0.1:9" },
            directory.Path);
        await Waiting.ForAsync(() => Task.FromResult(process.Output.Contains("waiting for a control plane", StringComparison.Ordinal)), "it waits");
        Assert.DoesNotContain("listening on", process.Output, StringComparison.Ordinal);
        process.Signal(ServerProcess.SigTerm);
        Assert.Equal(0, await process.WaitForExitAsync());
    }

    [Fact]
    public async Task App_Purged_TakesItsDatabasesAlong()
    {
        var tenant = await platform.NewTenantAsync();
        await DeployAsync(tenant, "app");
        var before = Databases();
        await ExecuteAsync(tenant, "app", "CREATE TABLE t (n)");
        var home = Assert.Single(Databases().Except(before));

        foreach (var call in (string[])["", "?purge=true"])
        {
            using var deleted = await platform.Server.SendAsync(HttpMethod.Delete, $"/v1/tenants/{tenant.Name}/apps/app{call}", platform.Server.OperatorToken);
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }

        await Waiting.ForAsync(() => Task.FromResult(!Directory.Exists(home)), "its databases are gone");
    }

    private HashSet<string> Databases() => [.. platform.Cluster.Shards.SelectMany(static shard => Directory.GetDirectories(Path.Combine(shard.DataDirectory, "sqlite")))];

    private static async Task DeployAsync(Tenant tenant, string app) => await tenant.DeployManifestAsync(
        app,
        Manifests.For("calls.wasm").Replace("files = []", "sqlite_databases = [\"default\"]", StringComparison.Ordinal),
        ("calls.wasm", await File.ReadAllBytesAsync(Repository.Guest("js-calls"))));

    private static async Task<string> ExecuteAsync(Tenant tenant, string app, string statement)
    {
        using var answer = await CallAsync(tenant, app, $"""[{Open},["$0.execute","{statement}",[]]]""");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK && !text.Contains("error", StringComparison.OrdinalIgnoreCase), text);
        return text;
    }

    private static Task<HttpResponseMessage> CallAsync(Tenant tenant, string app, string calls) =>
        tenant.SendAsync(app, new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(calls) });
}
