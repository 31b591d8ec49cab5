using System.Data.Common;
using Dapper;
using Platform.Control.Telemetry;
using Platform.Data;

namespace Platform.Control.Logs;

/// <summary>App logs.</summary>
internal sealed class LogStore(TelemetryDatabase telemetry, ControlOptions options, TimeProvider time)
{
    /// <summary>
    /// Held by whoever adds lines to PostgreSQL's log until they are committed (pg_advisory_xact_lock): of several control planes one adds at a time, so that lines can be read in the order of their ids, and who follows
    /// a log doesn't pass by one that is committed after a later.
    /// </summary>
    internal const long AppendLock = 8097840;

    private const string Table = "app_logs";

    private const string Columns =
        "id AS Id, time AS Time, version AS Version, component AS Component, request_id AS RequestId, stream AS Stream, text AS Text";

    private readonly Database _database = telemetry.Database;
    private readonly DayPartitions _partitions = new(Table);

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
    public Task<List<LogRow>> ReadBackAsync(TenantScope tenant, long app, LogFilter filter, long before, int count, CancellationToken cancellationToken) =>
        ReadAsync(tenant, app, filter, "id < @position", "DESC", before, count, cancellationToken);

    /// <summary>An app's lines, oldest first, after <paramref name="after"/>.</summary>
    public Task<List<LogRow>> ReadOnAsync(TenantScope tenant, long app, LogFilter filter, long after, int count, CancellationToken cancellationToken) =>
        ReadAsync(tenant, app, filter, "id > @position", "ASC", after, count, cancellationToken);

    /// <summary>The number of an app's newest line; 0 when there's none.</summary>
    public async Task<long> LastAsync(TenantScope tenant, long app, CancellationToken cancellationToken) =>
        await _database.FindAsync<long?>(
            "SELECT id FROM app_logs WHERE tenant_id = @tenant AND app_id = @app ORDER BY id DESC LIMIT 1", new { tenant = tenant.Id, app }, cancellationToken) ?? 0;

    /// <summary>How somebody goes on who follows from a line with more than so many after it: at the newest of them. Null: as before.</summary>
    public async Task<LogSkip?> FindSkipAsync(TenantScope tenant, long app, long after, int most, int kept, CancellationToken cancellationToken)
    {
        const string Lines = "FROM app_logs WHERE tenant_id = @tenant AND app_id = @app AND id > @after";
        var parameters = new { tenant = tenant.Id, app, after, most, kept };
        if (await _database.FindAsync<long>($"SELECT COUNT(*) FROM (SELECT 1 {Lines} ORDER BY id LIMIT @most + 1) ahead", parameters, cancellationToken) <= most
            || await _database.FindAsync<long?>($"SELECT id {Lines} ORDER BY id DESC LIMIT 1 OFFSET @kept", parameters, cancellationToken) is not { } position)
        {
            return null;
        }

        var missed = await _database.FindAsync<long>($"SELECT COUNT(*) {Lines} AND id <= @position", new { tenant = tenant.Id, app, after, position }, cancellationToken);
        return new LogSkip(position, missed);
    }

    /// <summary>A request's lines, oldest first.</summary>
    public Task<List<LogRow>> ReadOfRequestAsync(TenantScope tenant, long app, string requestId, int count, CancellationToken cancellationToken) =>
        _database.QueryAsync<LogRow>(
            $"SELECT {Columns} FROM app_logs WHERE tenant_id = @tenant AND app_id = @app AND request_id = @requestId ORDER BY id LIMIT @count",
            new { tenant = tenant.Id, app, requestId, count },
            cancellationToken);

    /// <summary>Drops what is past retention, and of each app the oldest lines past its share.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await telemetry.DropAsync(Table, _partitions, (time.GetUtcNow() - options.LogRetention).ToUnixTimeMilliseconds(), cancellationToken);
        await telemetry.TrimAsync(Table, options.LogBytesPerApp, cancellationToken);
    }

    private Task<List<LogRow>> ReadAsync(
        TenantScope tenant, long app, LogFilter filter, string where, string order, long position, int count, CancellationToken cancellationToken)
    {
        var conditions = (filter.Text is null ? "" : " AND LOWER(text) LIKE LOWER(@Pattern) ESCAPE '\\'") + (filter.Level is null ? "" : " AND stream IN (@Level, @Stream)")
            + (filter.RequestId is null ? "" : " AND request_id = @RequestId") + (filter.Version is null ? "" : " AND version = @Version");
        return _database.QueryAsync<LogRow>(
            $"SELECT {Columns} FROM app_logs WHERE tenant_id = @tenant AND app_id = @app AND {where}{conditions} ORDER BY id {order} LIMIT @count",
            new { tenant = tenant.Id, app, position, count, filter.Pattern, filter.Level, filter.Stream, filter.RequestId, filter.Version },
            cancellationToken);
    }

    private async Task<int> AppendPostgresAsync(DbConnection connection, IReadOnlyList<LogEntry> entries)
    {
        // Before anything else is locked, and not for long by a process that stands still or is cut off.
        await connection.ExecuteAsync("SET LOCAL idle_in_transaction_session_timeout = '5s'; SELECT pg_advisory_xact_lock(@AppendLock)", new { AppendLock });
        await _partitions.EnsureAsync(connection, entries.Select(entry => entry.Record.Time));
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
