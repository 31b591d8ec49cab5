using System.Data.Common;
using Dapper;
using Platform.Data;
using Platform.Data.Migrations;

namespace Platform.Control.Logs;

/// <summary>
/// App logs: <c>telemetry.db</c> beside the SQLite store, since they need no durability and must not hold up deploys; in PostgreSQL a table partitioned by day, so that
/// retention drops whole tables.
/// </summary>
internal sealed class LogStore(Database main, ControlOptions options, TimeProvider time) : IAsyncDisposable
{
    /// <summary>
    /// Held by whoever adds lines to PostgreSQL's log until they are committed (pg_advisory_xact_lock): of several control planes one adds at a time, so that lines can be read in the order of their ids, and who follows
    /// a log doesn't pass by one that is committed after a later.
    /// </summary>
    internal const long AppendLock = 8097839;

    private const string Columns =
        "id AS Id, time AS Time, version AS Version, component AS Component, request_id AS RequestId, stream AS Stream, text AS Text";

    private readonly Database _database = main.Dialect == Dialect.Postgres
        ? main
        : Database.OpenSqlite(Path.Combine(options.DataDirectory, "telemetry.db"), durable: false);

    private readonly LogPartitions _partitions = new();

    /// <summary>Brings the log's own database to its schema, when it has one.</summary>
    public Task MigrateAsync(CancellationToken cancellationToken) => _database == main
        ? Task.CompletedTask
        : Migrator.MigrateAsync(_database, Migration.Embedded("sqlite-telemetry"), time, cancellationToken);

    /// <summary>Adds lines in one transaction.</summary>
    public async Task AppendAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        if (_database.Dialect == Dialect.Sqlite)
        {
            await _database.WriteAsync(connection => AppendSqliteAsync(connection, entries), cancellationToken);
            return;
        }

        await _database.WriteAsync(connection => AppendPostgresAsync(connection, entries), cancellationToken);
        _partitions.Committed(entries.Select(entry => entry.Record.Time));
    }

    /// <summary>An app's lines, newest first, before <paramref name="before"/>.</summary>
    public Task<List<LogRow>> ReadBackAsync(TenantScope tenant, long app, long before, int count, CancellationToken cancellationToken) =>
        _database.QueryAsync<LogRow>(
            $"SELECT {Columns} FROM app_logs WHERE tenant_id = @tenant AND app_id = @app AND id < @before ORDER BY id DESC LIMIT @count",
            new { tenant = tenant.Id, app, before, count },
            cancellationToken);

    /// <summary>An app's lines, oldest first, after <paramref name="after"/>.</summary>
    public Task<List<LogRow>> ReadOnAsync(TenantScope tenant, long app, long after, int count, CancellationToken cancellationToken) =>
        _database.QueryAsync<LogRow>(
            $"SELECT {Columns} FROM app_logs WHERE tenant_id = @tenant AND app_id = @app AND id > @after ORDER BY id LIMIT @count",
            new { tenant = tenant.Id, app, after, count },
            cancellationToken);

    /// <summary>Drops what is past retention, and of each app the oldest lines past its share.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = (time.GetUtcNow() - options.LogRetention).ToUnixTimeMilliseconds();
        if (_database.Dialect == Dialect.Postgres)
        {
            await _database.WriteAsync(connection => LogPartitions.DropBeforeAsync(connection, before), cancellationToken);
        }
        else
        {
            await _database.ExecuteAsync("DELETE FROM app_logs WHERE time < @before", new { before }, cancellationToken);
        }

        var over = await _database.QueryAsync<long>(
            "SELECT app_id FROM app_logs GROUP BY app_id HAVING SUM(size) > @LogBytesPerApp", new { options.LogBytesPerApp }, cancellationToken);
        foreach (var app in over)
        {
            await _database.ExecuteAsync(
                """
                DELETE FROM app_logs WHERE app_id = @app AND id <= (
                    SELECT MAX(id) FROM (SELECT id, SUM(size) OVER (ORDER BY id DESC) AS total FROM app_logs WHERE app_id = @app) newest
                    WHERE total > @LogBytesPerApp)
                """,
                new { app, options.LogBytesPerApp },
                cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_database != main)
        {
            await _database.DisposeAsync();
        }
    }

    private async Task<int> AppendPostgresAsync(DbConnection connection, IReadOnlyList<LogEntry> entries)
    {
        await _partitions.EnsureAsync(connection, entries.Select(entry => entry.Record.Time));
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@AppendLock)", new { AppendLock });
        return await connection.ExecuteAsync(
            """
            INSERT INTO app_logs (tenant_id, app_id, time, version, component, request_id, stream, text, size)
            SELECT * FROM unnest(@tenants, @apps, @times, @versions, @components, @requests, @streams, @texts, @sizes)
            """,
            new
            {
                tenants = entries.Select(entry => entry.App.TenantId).ToArray(),
                apps = entries.Select(entry => entry.App.AppId).ToArray(),
                times = entries.Select(entry => entry.Record.Time.ToUnixTimeMilliseconds()).ToArray(),
                versions = entries.Select(entry => (long)entry.Record.Version).ToArray(),
                components = entries.Select(entry => entry.Record.Component).ToArray(),
                requests = entries.Select(entry => entry.Record.RequestId).ToArray(),
                streams = entries.Select(entry => entry.Record.Stream).ToArray(),
                texts = entries.Select(entry => entry.Record.Text).ToArray(),
                sizes = entries.Select(entry => (long)entry.Size).ToArray(),
            });
    }

    private static Task<int> AppendSqliteAsync(DbConnection connection, IReadOnlyList<LogEntry> entries) =>
        connection.ExecuteAsync(
            """
            INSERT INTO app_logs (tenant_id, app_id, time, version, component, request_id, stream, text, size)
            VALUES (@TenantId, @AppId, @Time, @Version, @Component, @RequestId, @Stream, @Text, @Size)
            """,
            entries.Select(entry => new
            {
                entry.App.TenantId,
                entry.App.AppId,
                Time = entry.Record.Time.ToUnixTimeMilliseconds(),
                entry.Record.Version,
                entry.Record.Component,
                entry.Record.RequestId,
                entry.Record.Stream,
                entry.Record.Text,
                entry.Size,
            }));
}
