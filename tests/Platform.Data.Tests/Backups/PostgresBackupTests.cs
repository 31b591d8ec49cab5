using System.Globalization;
using Dapper;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Platform.Data.Backups;
using Platform.Data.Migrations;
using Platform.Testing;

namespace Platform.Data.Tests.Backups;

/// <summary>A PostgreSQL store of this program's schema, written into a backup and restored into another database.</summary>
public sealed class PostgresBackupTests : IAsyncLifetime
{
    private static readonly FakeTimeProvider Time = new();

    // Made of every kind: identities, a foreign key that is looked at at the commit, triggers that count and that refuse, partitions, bytes, nulls.
    private const string Fill =
        """
        INSERT INTO tenants (name, created_at) VALUES ('acme', 1), ('umbrella', 2);
        INSERT INTO tokens (tenant_id, lookup, hash, name, role, created_at, expires_at) VALUES (1, 'a', '\x00ff0a5c', 'line' || chr(10) || 'and \ "quote"', 'owner', 3, NULL);
        INSERT INTO blobs (sha256, size, upload_id, created_at) VALUES ('aa', 1000, 'u', 4);
        INSERT INTO blob_chunks (upload_id, n, data) VALUES ('u', 0, decode(repeat('00fe', 500), 'hex'));
        INSERT INTO tenant_blobs (tenant_id, sha256, created_at) VALUES (1, 'aa', 5), (2, 'aa', 5);
        INSERT INTO apps (tenant_id, name, live, last_version, created_at) VALUES (1, 'hello', 1, 1, 6);
        INSERT INTO versions (app_id, number, tenant_id, state, document, created_at, created_by) VALUES (1, 1, 1, 'ready', '{"é":"☃"}', 7, 'x');
        INSERT INTO version_blobs (app_id, number, sha256, tenant_id) VALUES (1, 1, 'aa', 1);
        UPDATE revision SET value = 42;
        INSERT INTO audit (tenant_id, time, actor, action, target) VALUES (1, 8, 'operator', 'app.deploy', 'apps/hello');
        CREATE TABLE app_logs_20261125 PARTITION OF app_logs FOR VALUES FROM (0) TO (1000);
        CREATE TABLE app_logs_20261126 PARTITION OF app_logs FOR VALUES FROM (1000) TO (2000);
        INSERT INTO app_logs (tenant_id, app_id, time, version, component, request_id, stream, text, size)
        SELECT 1, 1, n, 1, 'main', 'r', 'stdout', 'line ' || n, 10 FROM generate_series(1, 1999) n;
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("platform-backup-");

    private TestDatabase _from = null!;
    private TestDatabase _to = null!;
    private Database _source = null!;
    private Database _target = null!;

    private string FilePath => Path.Combine(_directory.FullName, "backup");

    public async ValueTask InitializeAsync()
    {
        (_from, _to) = (await TestDatabase.CreateAsync(Dialect.Postgres), await TestDatabase.CreateAsync(Dialect.Postgres));
        (_source, _target) = (_from.Open(), _to.Open());
        await Migrator.MigrateAsync(_source, Migration.Embedded("postgres"), Time, CancellationToken.None);
        await _source.ExecuteAsync(Fill, null, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _target.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Restore_OfAWholeStore_IsTheSameAndGoesOn()
    {
        var before = await StateAsync(_source);
        await BackUpAsync();

        await RestoreAsync();

        Assert.Equal(before, await StateAsync(_target));
        await _target.ExecuteAsync("INSERT INTO tenants (name, created_at) VALUES ('newcomer', 9)", null, CancellationToken.None);
        Assert.Equal(3, await _target.FindAsync<long>("SELECT id FROM tenants WHERE name = 'newcomer'", null, CancellationToken.None));
        Assert.Equal(2000, await _target.FindAsync<long>("SELECT nextval('app_logs_id')", null, CancellationToken.None));

        // The triggers are as the migrations made them.
        await Assert.ThrowsAsync<PostgresException>(() => _target.ExecuteAsync("DELETE FROM audit", null, CancellationToken.None));
        await _target.ExecuteAsync("DELETE FROM tenant_blobs WHERE tenant_id = 2", null, CancellationToken.None);
        Assert.Equal(0, await _target.FindAsync<long>("SELECT storage_bytes FROM tenants WHERE id = 2", null, CancellationToken.None));

        // Nothing to do for the program's start.
        Assert.Empty((await Migrator.MigrateAsync(_target, Migration.Embedded("postgres"), Time, CancellationToken.None)).Applied);
    }

    [Fact]
    public async Task Backup_WhileTransactionsAreWritten_IsOfOneMoment()
    {
        using var end = new CancellationTokenSource();
        var written = 0;
        var writing = Task.Run(async () =>
        {
            for (var n = 0; !end.IsCancellationRequested; n++)
            {
                // apps are copied after tenants and before versions.
                await _source.ExecuteAsync(
                    "INSERT INTO tenants (name, created_at) VALUES (@name, 1); INSERT INTO audit (time, actor, action, target) VALUES (1, 'x', 'tenant.create', @name)",
                    new { name = string.Create(CultureInfo.InvariantCulture, $"t{n}") },
                    CancellationToken.None);
                Interlocked.Increment(ref written);
            }
        });
        SpinWait.SpinUntil(() => Volatile.Read(ref written) > 50);
        var least = Volatile.Read(ref written);
        await BackUpAsync(inspect: () =>
        {
            // The moment is before this; what is written now isn't in it, nor are its numbers given out again.
            var seen = Volatile.Read(ref written);
            SpinWait.SpinUntil(() => Volatile.Read(ref written) > seen + 20);
        });
        var most = Volatile.Read(ref written);
        await end.CancelAsync();
        await writing;

        await RestoreAsync();

        var tenants = await _target.FindAsync<long>("SELECT COUNT(*) FROM tenants WHERE name LIKE 't%'", null, CancellationToken.None);
        var entries = await _target.FindAsync<long>("SELECT COUNT(*) FROM audit WHERE action = 'tenant.create'", null, CancellationToken.None);
        Assert.Equal(tenants, entries);
        Assert.InRange(tenants, least, most - 20);
        var next = await _target.FindAsync<long>("SELECT nextval('tenants_id_seq')", null, CancellationToken.None);
        Assert.True(next > tenants + 2 + 20, $"{next} after {tenants}");
    }

    [Fact]
    public async Task Restore_IntoADatabaseThatHasAnything_IsRefused()
    {
        await BackUpAsync();
        await _target.ExecuteAsync("CREATE TABLE empty_table_of_somebody (x int)", null, CancellationToken.None);
        using var reader = BackupReader.Open(FilePath);
        var manifest = (await reader.VerifyAsync(static _ => false, CancellationToken.None)).Manifest;

        var early = await Assert.ThrowsAsync<BackupException>(() => PostgresImport.RequireEmptyAsync(_target, CancellationToken.None));
        await Assert.ThrowsAsync<BackupException>(() => PostgresImport.BeginAsync(_target, manifest, Time, CancellationToken.None));

        Assert.Contains("isn't empty, it has 'empty_table_of_somebody'", early.Message, StringComparison.Ordinal);
        Assert.Equal(1, await _target.FindAsync<long>("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'", null, CancellationToken.None));
    }

    [Fact]
    public async Task Restore_CutShort_LeavesNothing()
    {
        await BackUpAsync();
        using var reader = BackupReader.Open(FilePath);
        var manifest = (await reader.VerifyAsync(static _ => false, CancellationToken.None)).Manifest;
        await using (var import = await PostgresImport.BeginAsync(_target, manifest, Time, CancellationToken.None))
        {
            var half = reader.ReadAsync(
                manifest,
                async (name, content) =>
                {
                    if (name.StartsWith("postgres/", StringComparison.Ordinal))
                    {
                        await import.AddAsync(name.Split('/')[1], content, CancellationToken.None);
                    }

                    if (name.StartsWith("postgres/blob_chunks", StringComparison.Ordinal))
                    {
                        throw new IOException("the disk is gone");
                    }
                },
                CancellationToken.None);
            await Assert.ThrowsAsync<IOException>(() => half);
        }

        await PostgresImport.RequireEmptyAsync(_target, CancellationToken.None);
        await RestoreAsync();
    }

    [Fact]
    public async Task Restore_OfAnOlderSchema_IsMigrated()
    {
        var all = Migration.Embedded("postgres");
        await using var test = await TestDatabase.CreateAsync(Dialect.Postgres);
        await using var old = test.Open();
        await Migrator.MigrateAsync(old, [.. all.Take(2)], Time, CancellationToken.None);
        await old.ExecuteAsync("INSERT INTO tenants (name, created_at) VALUES ('early', 1)", null, CancellationToken.None);
        await using var connection = (NpgsqlConnection)await old.OpenAsync(CancellationToken.None);
        var tables = await PostgresCatalog.TablesAsync(connection);
        var manifest = new BackupManifest
        {
            Head = new BackupHead(1, "0.0.1", Time.GetUtcNow()),
            Store = Dialect.Postgres,
            Migrations = await Migrator.ReadAsync(old, connection, all),
            MasterKey = "key",
            Postgres = new PostgresContent(tables, await PostgresCatalog.SequencesAsync(connection)),
        };

        await using (var import = await PostgresImport.BeginAsync(_target, manifest, Time, CancellationToken.None))
        {
            foreach (var table in tables)
            {
                await using var reading = (NpgsqlConnection)await old.OpenAsync(CancellationToken.None);
                await using var rows = await reading.BeginRawBinaryCopyAsync(
                    $"COPY (SELECT {PostgresCatalog.Quote(table.Columns)} FROM {PostgresCatalog.Quote(table.Name)}) TO STDOUT (FORMAT BINARY)");
                await import.AddAsync(table.Name, rows, CancellationToken.None);
            }

            await import.CommitAsync(static store => store.ExecuteAsync("INSERT INTO audit (time, actor, action, target) VALUES (1, 'x', 'store.restore', 'store')"));
        }

        Assert.Equal("early", await _target.FindAsync<string>("SELECT name FROM tenants WHERE revision = 1", null, CancellationToken.None));
        await Migrator.MigrateAsync(_target, all, Time, CancellationToken.None);
        await using var migrated = await _target.OpenAsync(CancellationToken.None);
        Assert.Equal(all.Select(step => step.Id), (await Migrator.ReadAsync(_target, migrated, all)).Select(step => step.Id));
    }

    [Fact]
    public async Task Backup_OfAnotherSchema_IsRefusedNamingBoth()
    {
        await _source.ExecuteAsync("INSERT INTO schema_migrations (id, checksum, applied_at) VALUES ('29990101_01_future', 'x', 1)", null, CancellationToken.None);
        var newer = await Assert.ThrowsAsync<SchemaTooNewException>(() => BackUpAsync());
        Assert.Contains("29990101_01_future", newer.Message, StringComparison.Ordinal);
        Assert.Contains(Migration.Embedded("postgres")[^1].Id, newer.Message, StringComparison.Ordinal);

        var none = await Assert.ThrowsAsync<BackupException>(() => BackUpAsync(_target));
        Assert.Contains("there is no store of the platform", none.Message, StringComparison.Ordinal);
    }

    /// <summary>A new version that starts meanwhile waits at the migrations' own lock, so that nobody queues behind it at a table's.</summary>
    [Fact]
    public async Task Migration_WhileABackupIsMade_WaitsAndHoldsUpNobody()
    {
        Task migrating = Task.CompletedTask;
        await BackUpAsync(inspect: () =>
        {
            migrating = Migrator.MigrateAsync(
                _source, [.. Migration.Embedded("postgres"), new Migration("29990101_01_next", "ALTER TABLE tenants ADD COLUMN next bigint")], Time, CancellationToken.None);
            SpinWait.SpinUntil(() => migrating.IsCompleted || IsWaitingAsync().GetAwaiter().GetResult());
            Assert.False(migrating.IsCompleted);
            Assert.Equal(1, _source.ExecuteAsync("UPDATE tenants SET created_at = 10 WHERE id = 1", null, CancellationToken.None).GetAwaiter().GetResult());
        });

        await migrating;
        await RestoreAsync();
        Assert.Equal(2, await _target.FindAsync<long>("SELECT COUNT(*) FROM tenants", null, CancellationToken.None));

        async Task<bool> IsWaitingAsync() => await _source.FindAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            null,
            CancellationToken.None);
    }

    private Task BackUpAsync(Action? inspect = null) => BackUpAsync(_source, inspect);

    private async Task BackUpAsync(Database source, Action? inspect = null)
    {
        await using var file = File.Create(FilePath);
        await using var writer = await BackupWriter.BeginAsync(file, "0.1.0", Time.GetUtcNow(), CancellationToken.None);
        var (content, migrations) = await PostgresExport.RunAsync(
            source,
            writer,
            async connection =>
            {
                await connection.ExecuteAsync("SELECT 1");
                inspect?.Invoke();
            },
            CancellationToken.None);
        await writer.CompleteAsync(
            head => new BackupManifest { Head = head, Store = Dialect.Postgres, Migrations = migrations, MasterKey = "key", Postgres = content },
            static text => text[..1],
            CancellationToken.None);
    }

    private async Task RestoreAsync()
    {
        using var reader = BackupReader.Open(FilePath);
        var manifest = (await reader.VerifyAsync(static _ => false, CancellationToken.None)).Manifest;
        await using var import = await PostgresImport.BeginAsync(_target, manifest, Time, CancellationToken.None);
        await reader.ReadAsync(
            manifest,
            (name, content) => name.StartsWith("postgres/", StringComparison.Ordinal) ? import.AddAsync(name.Split('/')[1], content, CancellationToken.None) : Task.CompletedTask,
            CancellationToken.None);
        await import.CommitAsync(static _ => Task.CompletedTask);
    }

    // Every row of every table, and the columns, indexes, constraints and triggers of all.
    private static async Task<List<string>> StateAsync(Database database)
    {
        var state = new List<string>();
        foreach (var table in await database.QueryAsync<string>("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1", null, CancellationToken.None))
        {
            state.AddRange((await database.QueryAsync<string>($"SELECT t::text FROM {table} t ORDER BY 1", null, CancellationToken.None)).Select(row => $"{table}: {row}"));
        }

        state.AddRange(await database.QueryAsync<string>(
            """
            SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || COALESCE(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT tgname || tgenabled::text || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT sequencename || ' ' || COALESCE(last_value::text, 'new') FROM pg_sequences WHERE schemaname = 'public'
            ORDER BY 1
            """,
            null,
            CancellationToken.None));
        return state;
    }
}
