using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.Testing;

namespace Platform.FunctionalTests.Backups;

/// <summary>A platform that is used while it is backed up, lost, and restored elsewhere.</summary>
public sealed class BackupTests
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>The master key is kept apart, as the command says.</summary>
    [Fact]
    public async Task Restore_OfARunningPlatformOnSqlite_HasEverything()
    {
        using var directory = new TemporaryDirectory();
        var (data, restored) = (directory.Combine("data"), directory.Combine("restored"));
        var (least, kept, session, storage) = await BackUpAsync(data, directory.Combine("first.backup"), withKeys: false, []);
        Directory.CreateDirectory(restored);
        File.Copy(Path.Combine(data, "master.key"), Path.Combine(restored, "master.key"));
        Directory.Delete(data, recursive: true);

        var told = await HostCommand.RunAsync(None, "restore", "--from", directory.Combine("first.backup"), "--data-dir", restored);

        Assert.Contains("makes a new operator's token", told, StringComparison.Ordinal);
        await CheckAsync(restored, kept, least, session, storage, []);

        // A platform that is stopped is backed up too, its Garnet's data with it.
        await HostCommand.RunAsync(None, "backup", "--to", directory.Combine("second.backup"), "--data-dir", restored, "--with-keys", "true");
        await HostCommand.RunAsync(None, "restore", "--from", directory.Combine("second.backup"), "--data-dir", directory.Combine("again"));
        await using var server = await StartAsync(directory.Combine("again"), []);
        await kept.On(server).CheckAsync(least);
    }

    /// <summary>Everything is lost but the backup.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restore_OfARunningPlatformOnPostgres_HasEverything(bool withRedis)
    {
        using var directory = new TemporaryDirectory();
        var postgres = await PostgresServer.SharedAsync();
        await using var redis = withRedis ? await RedisServer.StartAsync() : null;
        await using var otherRedis = withRedis ? await RedisServer.StartAsync() : null;
        var (data, restored) = (directory.Combine("data"), directory.Combine("restored"));
        var (before, after) = (await SettingsAsync(postgres, redis), await SettingsAsync(postgres, otherRedis));
        var (least, kept, session, storage) = await BackUpAsync(data, directory.Combine("backup"), withKeys: true, before);
        var token = await File.ReadAllTextAsync(Path.Combine(data, "operator-token"));
        Directory.Delete(data, recursive: true);

        await HostCommand.RunAsync(after, "restore", "--from", directory.Combine("backup"), "--data-dir", restored);

        Assert.Equal(token, await File.ReadAllTextAsync(Path.Combine(restored, "operator-token")));
        await CheckAsync(restored, kept, least, session, storage, after);
        var again = await HostCommand.RefusedAsync(after, "restore", "--from", directory.Combine("backup"), "--data-dir", directory.Combine("other"));
        Assert.Contains("isn't empty, it has '", again, StringComparison.Ordinal);
        if (otherRedis is not null)
        {
            var empty = new Dictionary<string, string>(after) { ["ConnectionStrings__Postgres"] = await postgres.CreateDatabaseAsync() };
            var refused = await HostCommand.RefusedAsync(empty, "restore", "--from", directory.Combine("backup"), "--data-dir", directory.Combine("other"));
            Assert.Contains("ConnectionStrings:Redis: that server has apps' key-value data", refused, StringComparison.Ordinal);
        }
    }

    private static async Task<Dictionary<string, string>> SettingsAsync(PostgresServer postgres, RedisServer? redis)
    {
        var settings = new Dictionary<string, string> { ["ConnectionStrings__Postgres"] = await postgres.CreateDatabaseAsync() };
        if (redis is not null)
        {
            settings["ConnectionStrings__Redis"] = redis.ConnectionString;
        }

        return settings;
    }

    // Says how much was there for certain, the tenant, a session's token, and the tenant's bytes.
    private static async Task<((int Values, int Rows) Least, KeptTenant Kept, string Session, string Storage)> BackUpAsync(
        string data, string file, bool withKeys, Dictionary<string, string> settings)
    {
        await using var server = await StartAsync(data, settings);
        var kept = await KeptTenant.CreateAsync(server);
        var session = await SignInAsync(server, server.OperatorToken);
        using var end = new CancellationTokenSource();
        var writing = kept.WriteUntilAsync(end.Token);
        await Waiting.ForAsync(() => Task.FromResult(writing.IsCompleted || kept.Answered is { Values: > 200, Rows: > 200 }), "writes");
        await Waiting.ForAsync(async () => await CountAsync(kept.Tenant) > 0, "usage");
        var least = kept.Answered;

        var told = await HostCommand.RunAsync(settings, "backup", "--to", file, "--data-dir", data, "--with-keys", withKeys ? "true" : "false");

        var during = kept.Answered;
        await end.CancelAsync();
        await writing;
        Assert.True(during.Values > least.Values && during.Rows > least.Rows, $"nothing was written during the backup: {least}, {during}");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal([Path.GetFileName(file)], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(file)!, "*backup*").Select(Path.GetFileName));
        Assert.Contains(withKeys ? "It also has the master key" : "isn't in it, and without it there is no restore", told, StringComparison.Ordinal);
        var refused = await HostCommand.RefusedAsync(settings, "backup", "--to", file, "--data-dir", data);
        Assert.Contains("never written over another file", refused, StringComparison.Ordinal);
        var storage = await StorageAsync(kept.Tenant);
        Assert.Equal(0, await server.StopAsync());
        return (least, kept, session, storage);
    }

    private static async Task CheckAsync(
        string data, KeptTenant before, (int Values, int Rows) least, string session, string storage, Dictionary<string, string> settings)
    {
        await using var server = await StartAsync(data, settings);
        var kept = before.On(server);
        await kept.CheckAsync(least);
        await SignInAsync(server, server.OperatorToken);
        using (var old = await server.SendAsync(HttpMethod.Get, "/v1/me", session))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        }

        Assert.True(await CountAsync(kept.Tenant) > 0);
        Assert.Equal(storage, await StorageAsync(kept.Tenant));
        var actions = await ActionsAsync(server);
        Assert.Equal("store.restore", actions.First(static action => action != "signing-keys.add" && action != "session.create"));
        Assert.Contains("app.deploy", actions);

        // Numbers go on where they were, and what was a snapshot's is writable again.
        var other = await server.CreateTenantAsync("newcomer");
        await other.DeployAsync("hello", "c-hello");
        await other.ExpectHelloAsync("hello");
        Assert.Equal(2, (await kept.Tenant.DeployAsync("site", "c-hello"))["version"]!.GetValue<int>());
        using (var back = await kept.Tenant.ApiAsync(HttpMethod.Post, "site", "/rollback"))
        {
            await PlatformServer.ExpectAsync(back, HttpStatusCode.OK);
        }

        await kept.CheckAsync(least);
        Assert.Equal(0, await server.StopAsync());
    }

    private static Task<PlatformServer> StartAsync(string data, Dictionary<string, string> settings) => PlatformServer.StartAsync(
        data,
        settings: new Dictionary<string, string>(settings)
        {
            ["Platform__Worker__CompileTimeout"] = "00:01:50",
            ["Platform__Worker__UsageFlushInterval"] = "00:00:01",
        });

    private static async Task<string> SignInAsync(PlatformServer server, string token)
    {
        using var response = await server.SendAsync(HttpMethod.Post, "/v1/sessions", null, JsonContent.Create(new { token }));
        return (await PlatformServer.ExpectAsync(response, HttpStatusCode.Created))["accessToken"]!.GetValue<string>();
    }

    private static async Task<long> CountAsync(Tenant tenant)
    {
        using var response = await tenant.ApiAsync(HttpMethod.Get, "values", "/usage?granularity=month");
        var usage = await PlatformServer.ExpectAsync(response, HttpStatusCode.OK);
        return usage["rows"]!.AsArray().Sum(static row => row!["outcomes"]!["2xx"]?.GetValue<long>() ?? 0);
    }

    private static async Task<string> StorageAsync(Tenant tenant)
    {
        using var response = await tenant.TenantApiAsync(HttpMethod.Get, "/quota");
        return Find(await PlatformServer.ExpectAsync(response, HttpStatusCode.OK), "storageBytes").ToJsonString();
    }

    private static JsonNode Find(JsonNode node, string name) =>
        node[name] ?? node.AsObject().Select(member => member.Value).OfType<JsonObject>().Select(member => member[name]).First(static found => found is not null)!;

    private static async Task<List<string>> ActionsAsync(PlatformServer server)
    {
        using var response = await server.SendAsync(HttpMethod.Get, "/v1/audit?limit=100", server.OperatorToken);
        return [.. (await PlatformServer.ExpectAsync(response, HttpStatusCode.OK))["items"]!.AsArray().Select(static entry => entry!["action"]!.GetValue<string>())];
    }
}
