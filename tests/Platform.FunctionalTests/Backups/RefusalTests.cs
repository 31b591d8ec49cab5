using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Npgsql;
using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;
using Platform.Testing;
using StackExchange.Redis;

namespace Platform.FunctionalTests.Backups;

/// <summary>What isn't backed up or restored, why it says so, and that nothing of it stays.</summary>
public sealed class RefusalTests(StoppedPlatform platform) : IClassFixture<StoppedPlatform>, IDisposable
{
    private static readonly Dictionary<string, string> None = [];

    private readonly TemporaryDirectory _directory = new();

    private string Target => _directory.Combine("target");

    private Dictionary<string, string> WithKey => new() { ["Platform__MasterKey"] = platform.MasterKey };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Restore_IntoAPlatform_IsRefusedAndChangesNothing()
    {
        var before = State(platform.Data);

        var refused = await RefusedRestoreAsync(platform.Backup, platform.Data, None);

        Assert.Contains("isn't empty, it has platform.db", refused, StringComparison.Ordinal);
        Assert.Equal(before, State(platform.Data));
    }

    [Fact]
    public async Task Restore_IntoAPlatformThatRuns_IsRefused()
    {
        await using var server = await PlatformServer.StartAsync();
        Assert.Contains("in use by another process", await RefusedRestoreAsync(platform.Backup, server.DataDirectory, None), StringComparison.Ordinal);
        using var alive = await server.Http.GetAsync("/healthz");
        Assert.True(alive.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("telemetry.db")]
    [InlineData("sqlite/1/default.db")]
    [InlineData("garnet/AOF/aof.log.0")]
    [InlineData("master.key.next")]
    public async Task Restore_IntoADirectoryWithAPart_IsRefused(string part)
    {
        var file = Path.Combine(Target, part);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "of somebody");

        Assert.Contains("isn't empty, it has " + part.Split('/')[0], await RefusedRestoreAsync(platform.Backup, Target, WithKey), StringComparison.Ordinal);

        Assert.Equal("of somebody", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Restore_WithoutTheMasterKey_SaysWhichAndWhere()
    {
        var refused = await RefusedRestoreAsync(platform.Backup, Target, None);
        Assert.Contains("needs the master key", refused, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(Target, "master.key"), refused, StringComparison.Ordinal);
        Assert.DoesNotContain(platform.MasterKey, refused, StringComparison.Ordinal);
        AssertEmpty();
    }

    [Fact]
    public async Task Restore_WithAnotherMasterKey_IsRefused()
    {
        var other = new Dictionary<string, string> { ["Platform__MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) };
        var refused = await RefusedRestoreAsync(platform.Backup, Target, other);
        Assert.Matches("Platform:MasterKey is [0-9a-f]{16}, and the backup needs [0-9a-f]{16}", refused);
        AssertEmpty();

        // After a change of the key the one before is given beside it, as for a start.
        other["Platform__PreviousMasterKey"] = platform.MasterKey;
        await HostCommand.RunAsync(other, "restore", "--from", platform.Backup, "--data-dir", Target);
        await using var server = await PlatformServer.StartAsync(Target, settings: other);
        await new Tenant(server, platform.Tenant.Name, platform.Tenant.Token).ExpectHelloAsync("hello");
    }

    [Fact]
    public async Task Restore_OfAFileCutShortOrChanged_IsRefused()
    {
        var whole = await File.ReadAllBytesAsync(platform.Backup);
        var bad = _directory.Combine("bad.backup");
        foreach (var length in (int[])[0, 10, whole.Length / 2, whole.Length - 100, whole.Length - 8, whole.Length - 1])
        {
            await File.WriteAllBytesAsync(bad, whole[..length]);
            Assert.Contains("the backup isn't whole", await RefusedRestoreAsync(bad, Target, WithKey), StringComparison.Ordinal);
            AssertEmpty();
        }

        foreach (var at in (int[])[whole.Length / 3, whole.Length * 2 / 3, whole.Length - 200])
        {
            var changed = (byte[])whole.Clone();

            // Several bytes: single ones may be a time or an owner of the archive's entries, which are nothing to anybody (BackupArchiveTests has every byte changed).
            foreach (ref var octet in changed.AsSpan(at, 16))
            {
                octet ^= 0xFF;
            }

            await File.WriteAllBytesAsync(bad, changed);
            Assert.Contains("the backup isn't whole", await RefusedRestoreAsync(bad, Target, WithKey), StringComparison.Ordinal);
            AssertEmpty();
        }
    }

    /// <summary>Who has no master key can't make a backup say something else.</summary>
    [Fact]
    public async Task Restore_OfABackupMadeAnewWithoutTheKey_IsRefused()
    {
        var forged = _directory.Combine("forged.backup");
        await BackupArchive.ChangeAsync(platform.Backup, forged, null, static (entries, _) => entries.Insert(1, ("sqlite/1/default.db", [1, 2, 3])));
        Assert.Contains("was changed after it was made", await RefusedRestoreAsync(forged, Target, WithKey), StringComparison.Ordinal);
        AssertEmpty();
    }

    [Fact]
    public async Task Restore_OfANewerSchema_IsRefusedNamingBoth()
    {
        var newer = _directory.Combine("newer.backup");
        var last = "";
        await BackupArchive.ChangeAsync(platform.Backup, newer, platform.MasterKey, (_, manifest) =>
        {
            var migrations = manifest["migrations"]!.AsArray();
            last = migrations[^1]!["id"]!.GetValue<string>();
            migrations.Add(new JsonObject { ["id"] = "29990101_01_future", ["checksum"] = "00" });
        });

        var refused = await RefusedRestoreAsync(newer, Target, WithKey);

        Assert.Contains($"is newer than this program, which ends at {last}: it has migration 29990101_01_future", refused, StringComparison.Ordinal);
        AssertEmpty();
    }

    [Fact]
    public async Task Restore_OfANewerFormat_IsRefused()
    {
        var newer = _directory.Combine("newer.backup");
        await BackupArchive.ChangeAsync(
            platform.Backup, newer, platform.MasterKey, static (entries, _) => entries[0] = (entries[0].Name, """{"format":2,"product":"9.0.0","madeAt":"2030-01-01T00:00:00Z"}"""u8.ToArray()));
        Assert.Contains("was made by version 9.0.0 in format 2", await RefusedRestoreAsync(newer, Target, WithKey), StringComparison.Ordinal);
        AssertEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restore_ThatFailsInTheMiddle_LeavesTheTargetEmpty(bool withRedis)
    {
        await using var redis = withRedis ? await RedisServer.StartAsync() : null;
        var settings = WithKey;
        if (redis is not null)
        {
            settings["ConnectionStrings__Redis"] = redis.ConnectionString;
        }

        var strange = _directory.Combine("strange.backup");
        await BackupArchive.ChangeAsync(platform.Backup, strange, platform.MasterKey, static (entries, _) =>
        {
            entries.Insert(1, ("sqlite/5/default.db", [1, 2, 3]));
            entries.Insert(2, ("key-value/000000", [5, 0, 0, 0, 0, 0, 0, 0, 1, (byte)'l', 1, (byte)'k', 1, 0, 0, 0, 9]));
            entries.Add(("of-the-future", [1]));
        });

        var refused = await RefusedRestoreAsync(strange, Target, settings);

        Assert.Contains("has 'of-the-future', which this program doesn't know", refused, StringComparison.Ordinal);
        AssertEmpty();
        if (redis is not null)
        {
            await using var client = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
            Assert.Empty(client.GetServers().Single().Keys());
        }

        await HostCommand.RunAsync(settings, "restore", "--from", platform.Backup, "--data-dir", Target);
    }

    [Fact]
    public async Task Start_AfterARestoreThatWasKilled_IsRefusedUntilItIsDoneAnew()
    {
        Directory.CreateDirectory(Path.Combine(Target, "sqlite/1"));
        foreach (var part in (string[])["restoring", "platform.db", "sqlite/1/default.db"])
        {
            await File.WriteAllTextAsync(Path.Combine(Target, part), "half");
        }

        foreach (var arguments in (string[][])[["--urls", "http://127.0.0.1:0"], ["backup", "--to", _directory.Combine("of-half.backup")], ["rotate-master-key"]])
        {
            Assert.Contains("a restore into it was cut short", await HostCommand.RefusedAsync(None, [.. arguments, "--data-dir", Target]), StringComparison.Ordinal);
        }

        await HostCommand.RunAsync(WithKey, "restore", "--from", platform.Backup, "--data-dir", Target);
        Assert.False(Directory.Exists(Path.Combine(Target, "sqlite")));
        await using var server = await PlatformServer.StartAsync(Target, settings: WithKey);
        await new Tenant(server, platform.Tenant.Name, platform.Tenant.Token).ExpectHelloAsync("hello");
    }

    [Fact]
    public async Task Restore_OfTheOtherKindOfStore_IsRefused()
    {
        var settings = WithKey;
        settings["ConnectionStrings__Postgres"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        Assert.Contains("the backup is of a store in SQLite, and this one is to be in PostgreSQL", await RefusedRestoreAsync(platform.Backup, Target, settings), StringComparison.Ordinal);
        AssertEmpty();
    }

    [Fact]
    public async Task Backup_WhereNoStoreIs_SaysSo()
    {
        var postgres = new Dictionary<string, string>(WithKey) { ["ConnectionStrings__Postgres"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() };
        Directory.CreateDirectory(Target);

        var empty = await RefusedBackupAsync(_directory.Combine("a"), Target, None);
        var missing = await RefusedBackupAsync(_directory.Combine("a"), _directory.Combine("missing"), None);
        var database = await RefusedBackupAsync(_directory.Combine("a"), Target, postgres);

        Assert.Contains("there is no store of the platform", empty, StringComparison.Ordinal);
        Assert.Contains("there is no store of the platform", missing, StringComparison.Ordinal);
        Assert.Contains("there is no store of the platform", database, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory.Combine("missing")));
        Assert.Equal(["target"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Backup_WithAnotherMasterKey_IsRefusedAndLeavesNoFile()
    {
        var other = new Dictionary<string, string> { ["Platform__MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) };
        Assert.Contains("isn't the one that this store's keys are wrapped with", await RefusedBackupAsync(_directory.Combine("a"), platform.Data, other), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Theory]
    [InlineData(ServerProcess.SigTerm)]
    [InlineData(ServerProcess.SigInt)]
    public async Task Backup_StoppedInTheMiddle_LeavesNoFile(int signal)
    {
        var settings = new Dictionary<string, string>(WithKey) { ["ConnectionStrings__Postgres"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() };
        await using (var server = await PlatformServer.StartAsync(Target, settings: settings))
        {
            Assert.Equal(0, await server.StopAsync());
        }

        // It waits at a table until it is stopped.
        await using var connection = new NpgsqlConnection(settings["ConnectionStrings__Postgres"]);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("LOCK TABLE tenants IN ACCESS EXCLUSIVE MODE", connection, transaction);
        await command.ExecuteNonQueryAsync();
        command.CommandText = "SELECT COUNT(*) FROM pg_locks WHERE relation = 'tenants'::regclass AND NOT granted";
        await using var backup = ServerProcess.Start(Repository.HostProgram, ["backup", "--to", _directory.Combine("a"), "--data-dir", Target], settings, Path.GetTempPath());
        await Waiting.ForAsync(async () => backup.HasExited || (long)(await command.ExecuteScalarAsync())! > 0, "the backup at the table");

        backup.Signal(signal);

        Assert.Equal(1, await backup.WaitForExitAsync());
        Assert.Contains("no file was left, since it was stopped", backup.Errors, StringComparison.Ordinal);
        Assert.Equal(["target"], Directory.EnumerateFileSystemEntries(_directory.Path).Select(Path.GetFileName));
    }

    /// <summary>Files may have 50 KiB, as on a disk that has no more.</summary>
    [Fact]
    public async Task Backup_WithoutRoom_IsRefusedAndLeavesNoFile()
    {
        await using var server = await PlatformServer.StartAsync();
        await using var backup = ServerProcess.Start(
            "/bin/sh",
            ["-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "sh", Repository.HostProgram, "backup", "--to", _directory.Combine("a"), "--data-dir", server.DataDirectory],
            new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" },
            Path.GetTempPath());

        Assert.Equal(1, await backup.WaitForExitAsync());

        Assert.Contains(".db: can't be backed up", backup.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task Backup_IntoADirectoryThatIsMissing_IsRefused() =>
        Assert.Contains("there is no directory", await RefusedBackupAsync(_directory.Combine("missing/a"), platform.Data, None), StringComparison.Ordinal);

    [Theory]
    [InlineData("--to: is missing", "backup")]
    [InlineData("unknown option '--form'", "restore", "--form", "x")]
    [InlineData("--with-keys 'yes': give true or false", "backup", "--to", "x", "--with-keys", "yes")]
    [InlineData("can't be read", "restore", "--from", "/nowhere/at/all")]
    public async Task Commands_WrittenWrongly_SayWhat(string reason, params string[] arguments) =>
        Assert.Contains(reason, await HostCommand.RefusedAsync(None, arguments), StringComparison.Ordinal);

    private static Task<string> RefusedRestoreAsync(string file, string target, Dictionary<string, string> settings) =>
        HostCommand.RefusedAsync(settings, "restore", "--from", file, "--data-dir", target);

    private static Task<string> RefusedBackupAsync(string file, string data, Dictionary<string, string> settings) =>
        HostCommand.RefusedAsync(settings, "backup", "--to", file, "--data-dir", data);

    // But for the lock, which has the process' number.
    private void AssertEmpty() => Assert.Equal(["lock"], Directory.EnumerateFileSystemEntries(Target).Select(Path.GetFileName));

    private static List<string> State(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(static file => Path.GetFileName(file) != "lock").Order(StringComparer.Ordinal)
            .Select(static file => string.Create(CultureInfo.InvariantCulture, $"{file} {File.GetLastWriteTimeUtc(file).Ticks} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")),
    ];
}
