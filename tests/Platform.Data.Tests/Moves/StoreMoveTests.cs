using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Platform.Data.Backups;
using Platform.Data.Migrations;
using Platform.Data.Moves;
using Platform.Testing;

namespace Platform.Data.Tests.Moves;

/// <summary>A store of SQLite, and its logs, put into a PostgreSQL database: everything that the schema can hold, or nothing.</summary>
public sealed class StoreMoveTests : IAsyncLifetime
{
    private const string Installation = "of-these-tests";
    private const string Day = "20261126";

    private static readonly FakeTimeProvider Time = new();
    private static readonly string Empty = Convert.ToHexStringLower(SHA256.HashData([]));

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("platform-move-test-");

    private Database _target = null!;
    private Database? _store;
    private DbConnection? _source;
    private DbConnection? _logs;

    public async ValueTask InitializeAsync()
    {
        await MakeAsync("platform.db", "sqlite");
        await MakeAsync("telemetry.db", "sqlite-telemetry");
        _target = (await TestDatabase.CreateAsync(Dialect.Postgres)).Open();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _target.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>Rows of every table, whichever the migrations make, with the ends of what each column can hold.</summary>
    [Fact]
    public async Task Move_OfEveryTable_HasTheSameRows()
    {
        await FillAsync();
        var before = await StateAsync();

        var report = await MoveAsync();

        Assert.Equal(before.Order(), report.Tables.Select(static table => (table.Key, table.Value.Count, table.Value.Sha256)).Order());
        Assert.All(report.Tables, static table => Assert.True(table.Value.Count > 0, table.Key));
        foreach (var (table, digest) in report.Tables)
        {
            Assert.Equal(table == "store_keys" ? digest.Count + 1 : digest.Count, await _target.FindAsync<long>($"SELECT COUNT(*) FROM {table}", null, CancellationToken.None));
        }

        Assert.Equal("with a \uFFFD and \u2603", await _target.FindAsync<string>("SELECT text FROM app_logs", null, CancellationToken.None));
        Assert.Equal(long.MaxValue, await _target.FindAsync<long>("SELECT time FROM audit", null, CancellationToken.None));
        Assert.Null(await _target.FindAsync<string>("SELECT before FROM audit", null, CancellationToken.None));
        Assert.Equal(0, await _target.FindAsync<long>("SELECT length(value) FROM app_values", null, CancellationToken.None));

        // The triggers are as the migrations made them, and there is nothing to do for the program's start.
        await Assert.ThrowsAsync<PostgresException>(() => _target.ExecuteAsync("DELETE FROM audit", null, CancellationToken.None));
        Assert.Empty((await Migrator.MigrateAsync(_target, Migration.Embedded("postgres"), Time, CancellationToken.None)).Applied);
        var found = await MoveMarks.FindAsync(_target, Installation, CancellationToken.None);
        Assert.Equal(report.Id, found.Finished!.Id);
        Assert.Equal(report.Tables, found.Finished.Tables);
    }

    /// <summary>Also those of rows that are gone.</summary>
    [Fact]
    public async Task Move_OfAStoreThatGaveOutNumbers_GivesNoneTwice()
    {
        await WriteAsync("platform.db", "INSERT INTO tenants (name, created_at) VALUES ('one', 1), ('two', 1); DELETE FROM tenants WHERE name = 'two'");
        await WriteAsync(
            "telemetry.db",
            $"INSERT INTO app_logs (id, tenant_id, app_id, time, version, component, request_id, stream, text, size) VALUES (41, 1, 1, {Milliseconds(Day)}, 1, 'c', 'r', 's', 't', 1)");

        await MoveAsync();

        Assert.Equal(3, await _target.FindAsync<long>("INSERT INTO tenants (name, created_at) VALUES ('three', 1) RETURNING id", null, CancellationToken.None));
        Assert.Equal(1, await _target.FindAsync<long>("INSERT INTO users (email, name, created_at) VALUES ('a@example.com', 'a', 1) RETURNING id", null, CancellationToken.None));
        Assert.Equal(42, await _target.FindAsync<long>("SELECT nextval('app_logs_id')", null, CancellationToken.None));
    }

    [Theory]
    [InlineData("INSERT INTO tenants (name, created_at) VALUES ('acme', 'yesterday')", "tenants.created_at of the source has a value (String)")]
    [InlineData("INSERT INTO store_keys (name, value) VALUES ('a', 1.5)", "store_keys.value of the source has a value (Double)")]
    [InlineData("INSERT INTO tenants (name, created_at, purging) VALUES ('acme', 1, 4294967296)", "tenants.purging of the source has a value (Int64)")]
    [InlineData("INSERT INTO blobs (sha256, size, upload_id, created_at) VALUES ('00aa', 1, 'u', 1)", "the content of blob 00aa isn't what its SHA-256 says")]
    public async Task Move_OfADamagedStore_LeavesNothing(string sql, string reason)
    {
        await WriteAsync("platform.db", sql);

        var refused = await Assert.ThrowsAsync<BackupException>(MoveAsync);

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Equal(["platform_move"], await TablesAsync());
    }

    /// <summary>Something else wrote into the transaction's tables, as a trigger of the server's operator would.</summary>
    [Fact]
    public async Task Move_ThatIsReadOtherwiseThanItWasWritten_IsNotCommitted()
    {
        await WriteAsync("platform.db", "INSERT INTO tenants (name, created_at) VALUES ('one', 1)");
        await OpenAsync();
        var id = await MoveMarks.BeginAsync(_target, Installation, Time, CancellationToken.None);
        await using (var import = await PostgresImport.BeginMoveAsync(_target, id, Time, CancellationToken.None))
        {
            await using var move = new StoreMove(import);
            await move.CopyStoreAsync(_source!, CancellationToken.None);
            await import.Connection.ExecuteAsync("UPDATE tenants SET name = 'other'");
            var refused = await Assert.ThrowsAsync<BackupException>(() => move.VerifyAsync(CancellationToken.None));
            Assert.Contains("PostgreSQL has 1 rows of tenants", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["platform_move"], await TablesAsync());
    }

    [Fact]
    public async Task Start_OnAMoveThatIsUnderWay_IsRefused()
    {
        var id = await MoveMarks.BeginAsync(_target, Installation, Time, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<StoreStartupException>(() => Migrator.MigrateAsync(_target, Migration.Embedded("postgres"), Time, CancellationToken.None));

        Assert.Contains("run Platform.Host move again", refused.Message, StringComparison.Ordinal);
        Assert.Equal(id, (await MoveMarks.FindAsync(_target, Installation, CancellationToken.None)).Begun);
        Assert.Equal(id, await MoveMarks.BeginAsync(_target, Installation, Time, CancellationToken.None));
    }

    [Fact]
    public async Task Target_OfAnotherInstallationOrOfSomebody_IsRefused()
    {
        await MoveMarks.BeginAsync(_target, "another", Time, CancellationToken.None);
        Assert.Contains("a move of another installation (another, this one is of-these-tests)", await RefusedAsync(), StringComparison.Ordinal);

        await _target.ExecuteAsync("DROP TABLE platform_move; CREATE TABLE of_somebody (x int)", null, CancellationToken.None);
        Assert.Contains("isn't empty, it has 'of_somebody'", await RefusedAsync(), StringComparison.Ordinal);

        await _target.ExecuteAsync("DROP TABLE of_somebody", null, CancellationToken.None);
        await Migrator.MigrateAsync(_target, Migration.Embedded("postgres"), Time, CancellationToken.None);
        Assert.Contains("no move of this installation", await RefusedAsync(), StringComparison.Ordinal);
    }

    /// <summary>Whoever comes second finds that the first has ended it.</summary>
    [Fact]
    public async Task Move_ByTwoProcesses_IsDoneOnce()
    {
        await MoveAsync();
        var refused = await Assert.ThrowsAsync<BackupException>(() => StoreMove.BeginAsync(_target, "the-same", Time, CancellationToken.None));
        Assert.Contains("another process moves", refused.Message, StringComparison.Ordinal);
        Assert.Contains("has just moved", (await Assert.ThrowsAsync<BackupException>(() => MoveMarks.BeginAsync(_target, Installation, Time, CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    private async Task<string> RefusedAsync()
    {
        var early = await Assert.ThrowsAsync<BackupException>(() => MoveMarks.FindAsync(_target, Installation, CancellationToken.None));
        var late = await Assert.ThrowsAsync<BackupException>(() => MoveMarks.BeginAsync(_target, Installation, Time, CancellationToken.None));
        Assert.Equal(early.Message, late.Message);
        return early.Message;
    }

    private async Task<MoveReport> MoveAsync()
    {
        await OpenAsync();
        var id = await MoveMarks.BeginAsync(_target, Installation, Time, CancellationToken.None);
        await using var move = await StoreMove.BeginAsync(_target, id, Time, CancellationToken.None);
        await move.CopyStoreAsync(_source!, CancellationToken.None);
        await move.CopyLogsAsync(
            _logs!,
            static (store, table, days) => Task.WhenAll(days.Select(day => store.ExecuteAsync($"CREATE TABLE {table}_x PARTITION OF {table} FOR VALUES FROM ({day.ToUnixTimeMilliseconds()}) TO ({day.AddDays(1).ToUnixTimeMilliseconds()})"))),
            CancellationToken.None);
        await move.VerifyAsync(CancellationToken.None);
        var report = new MoveReport
        {
            Id = id,
            Installation = Installation,
            MovedAt = Time.GetUtcNow(),
            Product = "1.0.0",
            Tables = move.Tables,
            Databases = new Dictionary<string, FileDigest>(),
        };
        await move.CommitAsync(report, static _ => Task.CompletedTask);
        return report;
    }

    private async Task<List<(string, long, string)>> StateAsync()
    {
        await OpenAsync();
        return [.. (await StoreMove.DigestAsync(_source!, _logs, CancellationToken.None)).Select(static table => (table.Key, table.Value.Count, table.Value.Sha256))];
    }

    private async Task<List<string>> TablesAsync() => await _target.QueryAsync<string>("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", null, CancellationToken.None);

    // One row for each table. A number is 1, so that what refers to another row finds it, but for times, which are as large as can be; a text is the SHA-256 of a blob without content.
    private async Task FillAsync()
    {
        foreach (var (file, exclude) in new[] { ("platform.db", "schema_migrations"), ("telemetry.db", "schema_migrations") })
        {
            await using var database = Database.OpenSqlite(Path.Combine(_directory.FullName, file));
            await using var connection = await database.OpenAsync(CancellationToken.None);
            await connection.ExecuteAsync("PRAGMA foreign_keys=OFF; DELETE FROM sqlite_sequence");
            var columns = (await connection.QueryAsync<(string Table, string Column, string Type, bool Required)>(
                """
                SELECT m.name, c.name, upper(c.type), c."notnull" = 1 OR c.pk > 0 FROM sqlite_master m JOIN pragma_table_info(m.name) c
                WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> @exclude
                """,
                new { exclude })).ToLookup(static column => column.Table);
            foreach (var table in columns)
            {
                var values = table.ToDictionary(static column => column.Column, static column => ValueOf(column.Table, column.Column, column.Type, column.Required));
                await connection.ExecuteAsync(
                    $"INSERT OR REPLACE INTO {table.Key} ({string.Join(", ", values.Keys.Select(PostgresCatalog.Quote))}) VALUES ({string.Join(", ", values.Keys.Select(static name => "@" + name))})",
                    new DynamicParameters(values));
            }
        }
    }

    private static object? ValueOf(string table, string column, string type, bool isRequired) => (type, column) switch
    {
        ("INTEGER", "time") when table is "app_logs" or "app_requests" or "app_minutes" => Milliseconds(Day),
        ("INTEGER", _) when column is "time" or "created_at" or "updated_at" or "started_at" or "received_at" or "seen_at" => long.MaxValue,
        ("INTEGER", _) => isRequired || column.EndsWith("_id", StringComparison.Ordinal) ? 1L : long.MinValue,
        ("TEXT", "text") => "with a \0 and \u2603",
        ("TEXT", _) => isRequired ? Empty : null,
        ("BLOB", "value") => Array.Empty<byte>(),
        ("BLOB", "data") => Array.Empty<byte>(),
        ("BLOB", _) => new byte[] { 0, 0xFF, (byte)'\\', 1 },
        _ => throw new InvalidOperationException($"{table}.{column} is of type {type}"),
    };

    private static long Milliseconds(string day) =>
        new DateTimeOffset(DateTime.ParseExact(day, "yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero).ToUnixTimeMilliseconds();

    private async Task MakeAsync(string file, string folder)
    {
        await using var database = Database.OpenSqlite(Path.Combine(_directory.FullName, file));
        await Migrator.MigrateAsync(database, Migration.Embedded(folder), Time, CancellationToken.None);
    }

    private async Task WriteAsync(string file, string sql)
    {
        await using var database = Database.OpenSqlite(Path.Combine(_directory.FullName, file));
        await database.ExecuteAsync(sql, null, CancellationToken.None);
    }

    private async Task OpenAsync()
    {
        await CloseAsync();
        _store = SqliteAtRest.Open(Path.Combine(_directory.FullName, "platform.db"), _directory.FullName).AsDatabase();
        _source = await _store.OpenAsync(CancellationToken.None);
        _logs = await SqliteAtRest.Open(Path.Combine(_directory.FullName, "telemetry.db"), _directory.FullName).AsDatabase().OpenAsync(CancellationToken.None);
    }

    private async Task CloseAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync();
            await _logs!.DisposeAsync();
            await _store!.DisposeAsync();
        }
    }
}
