using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Npgsql;
using Platform.FunctionalTests.Backups;
using Platform.FunctionalTests.Hosting;
using Platform.Testing;
using StackExchange.Redis;

namespace Platform.FunctionalTests.Moving;

/// <summary>What isn't moved, why it says so, and that neither the source nor the targets have changed.</summary>
public sealed class RefusalTests(StoppedPlatform platform) : IClassFixture<StoppedPlatform>, IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string> _settings = [];
    private RedisServer _redis = null!;
    private IReadOnlyList<string> _before = [];

    private string Target => _directory.Combine("target");

    private string[] Arguments => ["move", "--data-dir", platform.Data, "--sqlite-data", Target];

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _settings["ConnectionStrings__Postgres"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        _settings["ConnectionStrings__Redis"] = _redis.ConnectionString;
        _before = UsedPlatform.FilesOf(platform.Data);
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("ConnectionStrings__Postgres", "ConnectionStrings:Postgres: is missing; set ConnectionStrings__Postgres to an empty database")]
    [InlineData("ConnectionStrings__Redis", "ConnectionStrings:Redis: is missing; set ConnectionStrings__Redis to a Redis")]
    public async Task Move_WithoutATarget_NamesTheSetting(string setting, string reason)
    {
        _settings.Remove(setting);
        await RefusedAsync(reason, Arguments);
    }

    [Fact]
    public async Task Move_OfAPlatformThatRuns_IsRefused()
    {
        await using var server = await PlatformServer.StartAsync();
        await RefusedAsync("the platform runs; stop it first", "move", "--data-dir", server.DataDirectory);
        using var alive = await server.Http.GetAsync("/healthz");
        Assert.True(alive.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Move_OfADirectoryWithoutAStore_SaysSo()
    {
        await RefusedAsync("there is no store of the platform in SQLite", "move", "--data-dir", _directory.Combine("missing"));
        Assert.False(Directory.Exists(_directory.Combine("missing")));
    }

    [Fact]
    public async Task Move_WithAnotherMasterKey_IsRefused()
    {
        _settings["Platform__MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await RefusedAsync("isn't the one that this store's keys are wrapped with", Arguments);
    }

    [Fact]
    public async Task Move_OfAnOlderStore_SaysToStartItOnce()
    {
        var older = Copy();
        await using (var store = new SqliteConnection($"Data Source={older}/platform.db;Pooling=false"))
        {
            await store.OpenAsync();
            await using var command = store.CreateCommand();
            command.CommandText = "DELETE FROM schema_migrations WHERE id = (SELECT MAX(id) FROM schema_migrations)";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        await RefusedAsync("; start this version of the program on it once, and stop it", "move", "--data-dir", older);
    }

    [Fact]
    public async Task Move_DuringARotation_SaysToStartItOnce()
    {
        var rotating = Copy();
        await File.WriteAllTextAsync(Path.Combine(rotating, "master.key.next"), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        await RefusedAsync("a rotation of the master key was cut short; start the platform once", "move", "--data-dir", rotating);
    }

    [Fact]
    public async Task Move_OfDatabasesWithoutAPlaceForThem_NamesTheOption()
    {
        var source = Copy();
        Directory.CreateDirectory(Path.Combine(source, "sqlite/1"));
        await File.WriteAllTextAsync(Path.Combine(source, "sqlite/1/default.db"), "");
        await RefusedAsync("--sqlite-data: is missing, and apps have 1 SQLite databases", "move", "--data-dir", source);
    }

    [Fact]
    public async Task Move_IntoADirectoryThatIsUsed_IsRefused()
    {
        foreach (var within in (string[])[platform.Data, platform.Data + "/new"])
        {
            await RefusedAsync("--sqlite-data " + within + ": is in the directory that is moved", "move", "--data-dir", platform.Data + "/", "--sqlite-data", within);
        }

        Directory.CreateDirectory(Path.Combine(Target, "sqlite/1"));
        await File.WriteAllTextAsync(Path.Combine(Target, "sqlite/1/default.db"), "of somebody");
        await RefusedAsync($"--sqlite-data {Target}: isn't empty, it has sqlite; name a new directory", Arguments);
        Assert.Equal("of somebody", await File.ReadAllTextAsync(Path.Combine(Target, "sqlite/1/default.db")));
    }

    [Fact]
    public async Task Move_IntoARedisWithValues_IsRefused()
    {
        await using var client = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString);
        await client.GetDatabase().StringSetAsync("platform:kv:{1}:default:value:k", "of somebody");

        // Also when another move was begun there.
        foreach (var mark in (string?[])[null, "another"])
        {
            await (mark is null ? Task.FromResult(true) : client.GetDatabase().StringSetAsync("platform:move", mark));
            await RefusedAsync("ConnectionStrings:Redis: that server has apps' key-value data (platform:kv:*) already", Arguments);
        }

        Assert.Equal("of somebody", await client.GetDatabase().StringGetAsync("platform:kv:{1}:default:value:k"));
    }

    [Fact]
    public async Task Move_IntoADatabaseThatIsUsed_IsRefused()
    {
        await using var connection = new NpgsqlConnection(_settings["ConnectionStrings__Postgres"]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("CREATE TABLE of_somebody (x int)", connection);
        await command.ExecuteNonQueryAsync();
        Assert.Contains("isn't empty, it has 'of_somebody'", await HostCommand.RefusedAsync(_settings, Arguments), StringComparison.Ordinal);
        command.CommandText = "DROP TABLE of_somebody";
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Values that can't be written end it; once there is room the same command ends well.</summary>
    [Fact]
    public async Task Move_IntoARedisWithoutRoom_IsTakenUpOnceItHasSome()
    {
        var source = Copy();
        await using (var server = await PlatformServer.StartAsync(source))
        {
            await using var garnet = await ConnectionMultiplexer.ConnectAsync((await File.ReadAllTextAsync(Path.Combine(source, "garnet/connection"))).Trim());
            await garnet.GetDatabase().StringSetAsync("platform:kv:{1}:default:value:k", RandomNumberGenerator.GetBytes(1 << 20));
            Assert.Equal(0, await server.StopAsync());
        }

        await using var client = await ConnectionMultiplexer.ConnectAsync(_redis.ConnectionString + ",allowAdmin=true");
        await client.GetServers().Single().ConfigSetAsync("maxmemory", "1");
        var refused = await HostCommand.RefusedAsync(_settings, "move", "--data-dir", source);
        Assert.Contains("the move isn't over (run it again: its source is as it was) (the key-value server", refused, StringComparison.Ordinal);
        await client.GetServers().Single().ConfigSetAsync("maxmemory", "0");

        var told = await HostCommand.RunAsync(_settings, "move", "--data-dir", source);

        Assert.Matches("key-value data +1 values", told);
        Assert.Equal(1 << 20, await client.GetDatabase().StringLengthAsync("platform:kv:{1}:default:value:k"));
    }

    private string Copy()
    {
        var copy = _directory.Combine("copy");
        foreach (var file in Directory.EnumerateFiles(platform.Data, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(copy, Path.GetRelativePath(platform.Data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        return copy;
    }

    private async Task RefusedAsync(string reason, params string[] arguments)
    {
        Assert.Contains(reason, await HostCommand.RefusedAsync(_settings, arguments), StringComparison.Ordinal);
        Assert.Equal(_before, UsedPlatform.FilesOf(platform.Data));
        if (_settings.TryGetValue("ConnectionStrings__Postgres", out var postgres))
        {
            await using var connection = new NpgsqlConnection(postgres);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'", connection);
            Assert.Equal(0L, await command.ExecuteScalarAsync());
        }

        Assert.False(File.Exists(Path.Combine(Target, "moving")));
    }
}
