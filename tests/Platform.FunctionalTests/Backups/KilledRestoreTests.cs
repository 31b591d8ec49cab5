using Npgsql;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.Testing;
using StackExchange.Redis;

namespace Platform.FunctionalTests.Backups;

/// <summary>
/// A restore that is killed on its way: nothing starts on what it left, and the next one begins anew, or says what has to be emptied first. In the end everything is there.
/// </summary>
public sealed class KilledRestoreTests : IDisposable
{
    private const int Killed = 128 + ServerProcess.SigKill;

    private static readonly Dictionary<string, string> None = [];

    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.Combine("data");

    private string Backup => _directory.Combine("backup");

    private string Target => _directory.Combine("target");

    private string[] RestoreArguments => ["restore", "--from", Backup, "--data-dir", Target];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Restore_KilledOnSqlite_IsBegunAnew()
    {
        var (kept, least) = await BackUpAsync(None, megabytes: 64);

        await KillAsync(() => LengthOf("sqlite") > 4 << 20);
        await ExpectNoStartAsync(None);
        await KillAsync(() => File.Exists(Path.Combine(Target, "garnet/connection")));
        await ExpectNoStartAsync(None);
        await KillAsync(() => LengthOf("platform.db") > 1 << 20);
        await ExpectNoStartAsync(None);
        await HostCommand.RunAsync(None, RestoreArguments);

        await CheckAsync(kept, least, None);
    }

    [Fact]
    public async Task Restore_KilledOnPostgresAndRedis_IsBegunAnewOnceTheyAreEmpty()
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var before = await RedisServer.StartAsync();
        await using var redis = await RedisServer.StartAsync();
        await using var toPostgres = new TcpProxy(postgres.Port);
        await using var toRedis = new TcpProxy(redis.Port);
        var (kept, least) = await BackUpAsync(SettingsOf(await postgres.CreateDatabaseAsync(), before.ConnectionString), megabytes: 0);
        var database = await postgres.CreateDatabaseAsync();
        var settings = SettingsOf(
            new NpgsqlConnectionStringBuilder(database) { Port = toPostgres.Port }.ConnectionString, redis.ConnectionString.Replace($":{redis.Port},", $":{toRedis.Port},", StringComparison.Ordinal));

        // Before the first value.
        await KillAsync(toRedis, toRedis.HoldAt("platform:kv:{"), settings);
        await ExpectNoStartAsync(settings);
        Assert.Empty(await ValuesAsync(redis));

        // Among the tables, of which nothing stays; the values are there.
        await KillAsync(toPostgres, toPostgres.HoldAt("COPY \"versions\""), settings);
        await ExpectNoStartAsync(settings);
        Assert.NotEmpty(await ValuesAsync(redis));
        var refused = await HostCommand.RefusedAsync(settings, RestoreArguments);
        Assert.Contains("ConnectionStrings:Redis: that server has apps' key-value data (platform:kv:*) already; restore with an empty one", refused, StringComparison.Ordinal);
        await ExpectNoStartAsync(settings);
        await EmptyAsync(redis);

        // The server has committed, and nobody is there to hear of it: what is left to do is little.
        await KillAsync(toPostgres, toPostgres.HoldAt("\0\0\0\u000bCOMMIT\0", passed: true), settings);
        await Waiting.ForAsync(async () => await HasTenantsAsync(database), "the commit");
        await ExpectNoStartAsync(settings);
        var told = await HostCommand.RunAsync(settings, RestoreArguments);
        Assert.StartsWith("The backup of ", told, StringComparison.Ordinal);

        await CheckAsync(kept, least, settings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restore_WhoseCommitGetsNoAnswer_LooksWhetherItWentThrough(bool committed)
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var before = await RedisServer.StartAsync();
        await using var redis = await RedisServer.StartAsync();
        await using var toPostgres = new TcpProxy(postgres.Port);
        var (kept, least) = await BackUpAsync(SettingsOf(await postgres.CreateDatabaseAsync(), before.ConnectionString), megabytes: 0);
        var settings = SettingsOf(new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Port = toPostgres.Port }.ConnectionString, redis.ConnectionString);

        toPostgres.CutAtCommit("INSERT INTO store_keys", committed);
        if (!committed)
        {
            await HostCommand.RefusedAsync(settings, RestoreArguments);
            Assert.False(toPostgres.IsCutAhead);
            Assert.Empty(await ValuesAsync(redis));
            Assert.False(File.Exists(Path.Combine(Target, "restoring")));
        }

        await HostCommand.RunAsync(settings, RestoreArguments);

        Assert.False(toPostgres.IsCutAhead);
        await CheckAsync(kept, least, settings);
    }

    [Fact]
    public async Task Restore_OfAnotherBackup_AfterOneThatHadGoneThrough_SaysSo_AndWhatWentThroughStands()
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var before = await RedisServer.StartAsync();
        await using var redis = await RedisServer.StartAsync();
        await using var toPostgres = new TcpProxy(postgres.Port);
        var source = SettingsOf(await postgres.CreateDatabaseAsync(), before.ConnectionString);
        var (kept, least) = await BackUpAsync(source, megabytes: 0);
        var other = _directory.Combine("other");
        await HostCommand.RunAsync(source, "backup", "--to", other, "--data-dir", Data, "--with-keys", "true");
        var settings = SettingsOf(new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Port = toPostgres.Port }.ConnectionString, redis.ConnectionString);

        await KillAsync(toPostgres, toPostgres.HoldAt("\0\0\0\u000bCOMMIT\0", passed: true), settings);
        var refused = await HostCommand.RefusedAsync(settings, "restore", "--from", other, "--data-dir", Target);

        Assert.Matches($"^Platform.Host: --data-dir {Target}: the restore that was cut short, of the backup of [^ ]+ [^ ]+, had gone through, and is ended. {other} is another, of ", refused);
        await CheckAsync(kept, least, settings);
    }

    private static Dictionary<string, string> SettingsOf(string postgres, string redis) => new() { ["ConnectionStrings__Postgres"] = postgres, ["ConnectionStrings__Redis"] = redis };

    private static async Task<List<RedisKey>> ValuesAsync(RedisServer server)
    {
        await using var client = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        return [.. client.GetServers().Single().Keys()];
    }

    private static async Task EmptyAsync(RedisServer server)
    {
        await using var client = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",allowAdmin=true");
        await client.GetServers().Single().FlushAllDatabasesAsync();
    }

    private static async Task<bool> HasTenantsAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT to_regclass('tenants') IS NOT NULL", connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static Task<PlatformServer> StartAsync(string data, Dictionary<string, string> settings, string? compiled = null) =>
        PlatformServer.StartAsync(data, settings: new Dictionary<string, string>(settings) { ["Platform__Worker__CompileTimeout"] = "00:01:50" }, compiled: compiled);

    // Says how much was there for certain.
    private async Task<(KeptTenant Kept, (int Values, int Rows) Least)> BackUpAsync(Dictionary<string, string> settings, int megabytes)
    {
        await using var server = await StartAsync(Data, settings, "js-calls");
        var kept = await KeptTenant.CreateAsync(server);
        await kept.GrowAsync(megabytes);
        using var end = new CancellationTokenSource();
        var writing = kept.WriteUntilAsync(end.Token);
        await Waiting.ForAsync(() => Task.FromResult(writing.IsCompleted || kept.Answered is { Values: > 50, Rows: > 50 }), "writes");
        await end.CancelAsync();
        await writing;
        await HostCommand.RunAsync(settings, "backup", "--to", Backup, "--data-dir", Data, "--with-keys", "true");
        Assert.Equal(0, await server.StopAsync());
        return (kept, kept.Answered);
    }

    private async Task CheckAsync(KeptTenant before, (int Values, int Rows) least, Dictionary<string, string> settings)
    {
        CompiledGuests.Copy(Data, Target);
        await using var server = await StartAsync(Target, settings);
        await before.On(server).CheckAsync(least);
        Assert.Equal(0, await server.StopAsync());
    }

    private async Task ExpectNoStartAsync(Dictionary<string, string> settings)
    {
        var refused = await HostCommand.RefusedAsync(settings, "--urls", "http://127.0.0.1:0", "--data-dir", Target);
        Assert.Equal($"Platform.Host: --data-dir {Target}: a restore into it was cut short; run Platform.Host restore again, which begins anew, or ends it", refused);
    }

    private async Task KillAsync(TcpProxy proxy, Task held, Dictionary<string, string> settings)
    {
        await using var restore = ServerProcess.Start(Repository.HostProgram, RestoreArguments, settings, Path.GetTempPath());
        var exited = restore.WaitForExitAsync();
        Assert.True(await Task.WhenAny(held, exited) == held, $"it ended before: {restore.Errors}");
        restore.Signal(ServerProcess.SigKill);
        Assert.Equal(Killed, await exited);

        // What the kernel does with the connections of a process that is gone.
        proxy.Refuse();
        proxy.Resume();
    }

    // A kill that comes too late, on a machine with much else to do, is tried again.
    private async Task KillAsync(Func<bool> reached)
    {
        for (var tries = 1; ; tries++)
        {
            await using var restore = ServerProcess.Start(Repository.HostProgram, RestoreArguments, None, Path.GetTempPath());
            SpinWait.SpinUntil(() => reached() || restore.HasExited);
            if (!restore.HasExited)
            {
                restore.Signal(ServerProcess.SigKill);
            }

            var code = await restore.WaitForExitAsync();
            Assert.True(code is 0 or Killed, $"it ended with {code}: {restore.Errors}");
            if (File.Exists(Path.Combine(Target, "restoring")))
            {
                Assert.True(reached());
                return;
            }

            Assert.True(tries < 10, "it was never killed in time");
            Directory.Delete(Target, recursive: true);
        }
    }

    private long LengthOf(string part)
    {
        var path = Path.Combine(Target, part);
        return File.Exists(path) ? new FileInfo(path).Length
            : Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length)
            : 0;
    }
}
