using Npgsql;
using Platform.FunctionalTests.Backups;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.Testing;
using StackExchange.Redis;

namespace Platform.FunctionalTests.Moving;

/// <summary>A move that is killed again and again, while the platform goes on where it was: no platform starts on what it left, and the move that ends has everything, once.</summary>
[Collection(nameof(UsedPlatform))]
public sealed class KilledMoveTests(UsedPlatform platform) : IAsyncLifetime
{
    private const int Killed = 128 + ServerProcess.SigKill;
    private const string Commit = "\0\0\0\u000bCOMMIT\0";

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _settings = [];
    private RedisServer _redis = null!;
    private TcpProxy _toPostgres = null!;
    private TcpProxy _toRedis = null!;

    private string Source => _directory.Combine("source");

    private string Target => _directory.Combine("target");

    private string[] Arguments => ["move", "--data-dir", Source, "--sqlite-data", Target];

    public async ValueTask InitializeAsync()
    {
        var postgres = await PostgresServer.SharedAsync();
        _redis = await RedisServer.StartAsync();
        (_toPostgres, _toRedis) = (new TcpProxy(postgres.Port), new TcpProxy(_redis.Port));
        _settings["ConnectionStrings__Postgres"] = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Port = _toPostgres.Port }.ConnectionString;
        _settings["ConnectionStrings__Redis"] = _redis.ConnectionString.Replace($":{_redis.Port},", $":{_toRedis.Port},", StringComparison.Ordinal);

        // What a killed one leaves there goes with the test.
        _settings["TMPDIR"] = Directory.CreateDirectory(_directory.Combine("tmp")).FullName;
        platform.CopyTo(Source);
    }

    public async ValueTask DisposeAsync()
    {
        await _toPostgres.DisposeAsync();
        await _toRedis.DisposeAsync();
        await _redis.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Move_KilledAtEachStep_ConvergesOnceItEnds()
    {
        // The database has the mark, and nothing else is begun.
        await KillAsync(_toPostgres, _toPostgres.HoldAt(Commit, passed: true));
        await ExpectNoStartAsync("other", "a move of an installation into it is under way or was cut short; run Platform.Host move again, which ends it");

        // Apps' databases are there, and no value yet.
        await KillAsync(_toRedis, _toRedis.HoldAt("platform:kv:{"));
        await ExpectNoStartAsync("target", "a move into it is under way or was cut short; run Platform.Host move again, which ends it");
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(Target, "sqlite"), "*.db", SearchOption.AllDirectories));

        // Among the tables; the values are there.
        await KillAsync(_toPostgres, _toPostgres.HoldAt("COPY \"versions\""));
        await ExpectNoStartAsync("other", "run Platform.Host move again");
        Assert.Equal(platform.Least.Values, (await ValuesAsync()).Count);

        // It was used on, and killed: what was moved has what is gone there.
        var (values, rows) = await UseSourceAsync("new");
        var files = UsedPlatform.FilesOf(Source);
        Assert.Contains(files, static file => file.StartsWith("platform.db-wal", StringComparison.Ordinal));

        // The server has committed, and nobody is there to hear of it.
        var copying = _toPostgres.HoldAt("COPY \"versions\"");
        await KillAsync(_toPostgres, CommitAfterAsync(copying));
        await Waiting.ForAsync(HasTenantsAsync, "the commit");
        await ExpectNoStartAsync("target", "a move into it is under way or was cut short; run Platform.Host move again, which ends it");
        var told = await HostCommand.RunAsync(_settings, Arguments);

        Assert.Contains("was already moved", told, StringComparison.Ordinal);
        Assert.Equal(files, UsedPlatform.FilesOf(Source));
        Assert.False(File.Exists(Path.Combine(Target, "moving")));
        Assert.Equal(values, (await ValuesAsync()).Count);
        await using (var client = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString))
        {
            Assert.False(await client.GetDatabase().KeyExistsAsync("platform:move"));
        }

        await using (var server = await platform.StartMovedAsync(Target, _settings))
        {
            var kept = platform.KeptOn(server);
            Assert.Equal(rows, await kept.CountRowsAsync());
            Assert.Equal("new", await kept.GetValueAsync("k1"));
            Assert.Null(await kept.GetValueAsync("k2"));
            Assert.Equal(0, await server.StopAsync());
        }

        // Whoever goes on there all the same is told that it isn't moved.
        await UseSourceAsync("newer");
        var refused = await HostCommand.RefusedAsync(_settings, Arguments);
        Assert.Matches("was moved to PostgreSQL at .* and was used since: .*key-value data.* changed, and that isn't there", refused);
    }

    // A value that is written, one that is gone, and a row, before it is killed: how many there are then.
    private async Task<(int Values, int Rows)> UseSourceAsync(string value)
    {
        await using var server = await UsedPlatform.StartAsync(Source);
        var kept = platform.KeptOn(server);
        await kept.SetValueAsync("k1", value);
        await kept.DeleteValueAsync("k2");
        await kept.AddRowAsync();

        // Garnet's log is written every 200 ms.
        var count = await kept.CountValuesAsync();
        await using (var client = await ConnectionMultiplexer.ConnectAsync((await File.ReadAllTextAsync(Path.Combine(Source, "garnet/connection"))).Trim()))
        {
            await client.GetDatabase().ExecuteAsync("COMMITAOF");
        }

        var rows = await kept.CountRowsAsync();
        await server.StopAsync(ServerProcess.SigKill);
        return (count, rows);
    }

    private async Task CommitAfterAsync(Task copying)
    {
        await copying;
        var committing = _toPostgres.HoldAt(Commit, passed: true);
        _toPostgres.Resume();
        await committing;
    }

    private async Task<List<RedisKey>> ValuesAsync()
    {
        await using var client = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        return [.. client.GetServers().Single().Keys(pattern: "platform:kv:*:value:*")];
    }

    private async Task<bool> HasTenantsAsync()
    {
        await using var connection = new NpgsqlConnection(_settings["ConnectionStrings__Postgres"]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT to_regclass('tenants') IS NOT NULL", connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExpectNoStartAsync(string data, string reason)
    {
        var settings = new Dictionary<string, string>(_settings) { ["Platform__MasterKey"] = platform.MasterKey };
        await using var start = ServerProcess.Start(Repository.HostProgram, ["--urls", "http://127.0.0.1:0", "--data-dir", _directory.Combine(data)], settings, Path.GetTempPath());
        Assert.Equal(1, await start.WaitForExitAsync());
        Assert.Contains(reason, start.Errors, StringComparison.Ordinal);
    }

    private async Task KillAsync(TcpProxy proxy, Task held)
    {
        await using var move = ServerProcess.Start(Repository.HostProgram, Arguments, _settings, Path.GetTempPath());
        var exited = move.WaitForExitAsync();
        Assert.True(await Task.WhenAny(held, exited) == held, $"it ended before: {move.Errors}");
        await held;
        move.Signal(ServerProcess.SigKill);
        Assert.Equal(Killed, await exited);

        // What the kernel does with the connections of a process that is gone.
        proxy.Refuse();
        proxy.Resume();
    }
}
