using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.Testing;
using StackExchange.Redis;

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
        CompiledGuests.Copy(restored, directory.Combine("again"));
        await using var server = await StartAsync(directory.Combine("again"), []);
        await kept.On(server).CheckAsync(least);
    }

    /// <summary>Everything is lost but the backup.</summary>
    [Fact]
    public async Task Restore_OfARunningPlatformOnPostgresAndRedis_HasEverything()
    {
        using var directory = new TemporaryDirectory();
        var postgres = await PostgresServer.SharedAsync();
        await using var redis = await RedisServer.StartAsync();
        await using var otherRedis = await RedisServer.StartAsync();
        var (data, restored) = (directory.Combine("data"), directory.Combine("restored"));
        var (before, after) = (await SettingsAsync(postgres, redis), await SettingsAsync(postgres, otherRedis));
        var (least, kept, session, storage) = await BackUpAsync(data, directory.Combine("backup"), withKeys: true, before);
        var token = await File.ReadAllTextAsync(Path.Combine(data, "operator-token"));

        await HostCommand.RunAsync(after, "restore", "--from", directory.Combine("backup"), "--data-dir", restored);

        Assert.Equal(token, await File.ReadAllTextAsync(Path.Combine(restored, "operator-token")));
        CompiledGuests.Copy(data, restored);
        Directory.Delete(data, recursive: true);
        await CheckAsync(restored, kept, least, session, storage, after);
        var again = await HostCommand.RefusedAsync(after, "restore", "--from", directory.Combine("backup"), "--data-dir", directory.Combine("other"));
        Assert.Contains("isn't empty, it has '", again, StringComparison.Ordinal);
        var empty = new Dictionary<string, string>(after) { ["ConnectionStrings__Postgres"] = await postgres.CreateDatabaseAsync() };
        var refused = await HostCommand.RefusedAsync(empty, "restore", "--from", directory.Combine("backup"), "--data-dir", directory.Combine("other"));
        Assert.Contains("ConnectionStrings:Redis: that server has apps' key-value data", refused, StringComparison.Ordinal);
    }

    /// <summary>More than it keeps in memory, of which the rest is on its disk.</summary>
    [Fact]
    public async Task Restore_OfMoreThanGarnetHoldsInMemory_HasAllOfIt()
    {
        const int Values = 900;
        using var directory = new TemporaryDirectory();
        var (data, restored) = (directory.Combine("data"), directory.Combine("restored"));
        var hashes = new string[Values];
        await using (var server = await PlatformServer.StartAsync(data))
        {
            await using var client = await ConnectAsync(data);
            for (var n = 0; n < Values; n++)
            {
                var value = RandomNumberGenerator.GetBytes(100_000);
                hashes[n] = Convert.ToHexString(SHA256.HashData(value));
                await client.GetDatabase().StringSetAsync($"platform:kv:{{3}}:default:value:k{n}", value);
            }

            await HostCommand.RunAsync(None, "backup", "--to", directory.Combine("backup"), "--data-dir", data, "--with-keys", "true");
            await server.StopAsync();
        }

        await HostCommand.RunAsync(None, "restore", "--from", directory.Combine("backup"), "--data-dir", restored);

        await using var second = await PlatformServer.StartAsync(restored);
        await using var reader = await ConnectAsync(restored);
        for (var n = 0; n < Values; n++)
        {
            var value = (byte[]?)await reader.GetDatabase().StringGetAsync($"platform:kv:{{3}}:default:value:k{n}");
            Assert.True(value is not null && Convert.ToHexString(SHA256.HashData(value)) == hashes[n], $"value {n} is {value?.Length.ToString(CultureInfo.InvariantCulture) ?? "missing"}");
        }

        Assert.Equal(Values, await reader.GetDatabase().SortedSetLengthAsync("platform:kv:{3}:default:keys"));
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(string data) =>
        await ConnectionMultiplexer.ConnectAsync((await File.ReadAllTextAsync(Path.Combine(data, "garnet/connection"))).Trim());

    private static async Task<Dictionary<string, string>> SettingsAsync(PostgresServer postgres, RedisServer redis) => new()
    {
        ["ConnectionStrings__Postgres"] = await postgres.CreateDatabaseAsync(),
        ["ConnectionStrings__Redis"] = redis.ConnectionString,
    };

    // Says how much was there for certain, the tenant, a session's token, and the tenant's bytes.
    private static async Task<((int Values, int Rows) Least, KeptTenant Kept, string Session, string Storage)> BackUpAsync(
        string data, string file, bool withKeys, Dictionary<string, string> settings)
    {
        await using var server = await StartAsync(data, settings, "js-calls");
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

    private static Task<PlatformServer> StartAsync(string data, Dictionary<string, string> settings, string? compiled = null) => PlatformServer.StartAsync(
        data,
        compiled: compiled,
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
        return (await PlatformServer.ExpectAsync(response, HttpStatusCode.OK))["storageBytes"]!.ToJsonString();
    }

    private static async Task<List<string>> ActionsAsync(PlatformServer server)
    {
        using var response = await server.SendAsync(HttpMethod.Get, "/v1/audit?limit=100", server.OperatorToken);
        return [.. (await PlatformServer.ExpectAsync(response, HttpStatusCode.OK))["items"]!.AsArray().Select(static entry => entry!["action"]!.GetValue<string>())];
    }
}
