using System.Data.Common;
using Dapper;
using Platform.Control.Telemetry;
using Platform.Data;

namespace Platform.Control.Requests;

/// <summary>Kept requests. One that comes again, since its batch was sent twice, is there once.</summary>
internal sealed class RequestStore(TelemetryDatabase telemetry, ControlOptions options, TimeProvider time)
{
    private const string Table = "app_requests";

    private const string Columns =
        """
        id AS Id, time AS Time, request_id AS RequestId, version AS Version, component AS Component, method AS Method, path AS Path, status AS Status, outcome AS Outcome, wall_us AS WallUs,
        receipt AS Receipt
        """;

    private const string Insert =
        """
        INSERT INTO app_requests (tenant_id, app_id, time, request_id, version, component, method, path, route, status, outcome, wall_us, receipt, trap, trace_id, spans, spans_left_out, size)
        """;

    private readonly Database _database = telemetry.Database;
    private readonly DayPartitions _partitions = new(Table);

    /// <summary>Adds requests in one transaction.</summary>
    public async Task AppendAsync(IReadOnlyList<RequestEntry> entries, CancellationToken cancellationToken)
    {
        if (_database.Dialect == Dialect.Sqlite)
        {
            await _database.WriteAsync(connection => AppendSqliteAsync(connection, entries), cancellationToken);
            return;
        }

        await _database.WriteAsync(connection => AppendPostgresAsync(connection, entries), cancellationToken);
        _partitions.Committed(entries.Select(static entry => entry.Record.Time));
    }

    /// <summary>An app's requests, newest first, before <paramref name="before"/>.</summary>
    public Task<List<RequestRow>> ListAsync(TenantScope tenant, long app, RequestFilter filter, long before, int count, CancellationToken cancellationToken)
    {
        var conditions = (filter.Outcome is null ? "" : " AND outcome = @Outcome") + (filter.Version is null ? "" : " AND version = @Version")
            + (filter.From is null ? "" : " AND time >= @from") + (filter.To is null ? "" : " AND time < @to");
        return _database.QueryAsync<RequestRow>(
            $"SELECT {Columns} FROM app_requests WHERE tenant_id = @tenant AND app_id = @app AND id < @before{conditions} ORDER BY id DESC LIMIT @count",
            new
            {
                tenant = tenant.Id,
                app,
                before,
                count,
                filter.Outcome,
                filter.Version,
                from = filter.From?.ToUnixTimeMilliseconds(),
                to = filter.To?.ToUnixTimeMilliseconds(),
            },
            cancellationToken);
    }

    /// <summary>One of an app's requests; null when it isn't kept.</summary>
    public async Task<RequestDetailsRow?> FindAsync(TenantScope tenant, long app, string requestId, CancellationToken cancellationToken) =>
        (await _database.QueryAsync<RequestDetailsRow>(
            $"""
            SELECT {Columns}, route AS Route, trap AS Trap, trace_id AS TraceId, spans AS Spans, spans_left_out AS SpansLeftOut
            FROM app_requests WHERE tenant_id = @tenant AND app_id = @app AND request_id = @requestId ORDER BY id LIMIT 1
            """,
            new { tenant = tenant.Id, app, requestId },
            cancellationToken)).FirstOrDefault();

    /// <summary>Drops what is past the log's retention, and of each app the oldest past its share.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await telemetry.DropAsync(Table, _partitions, (time.GetUtcNow() - options.LogRetention).ToUnixTimeMilliseconds(), cancellationToken);
        await telemetry.TrimAsync(Table, options.RequestBytesPerApp, cancellationToken);
    }

    private async Task<int> AppendPostgresAsync(DbConnection connection, IReadOnlyList<RequestEntry> entries)
    {
        await _partitions.EnsureAsync(connection, entries.Select(static entry => entry.Record.Time));
        return await connection.ExecuteAsync(
            $"""
            {Insert}
            SELECT * FROM unnest(@tenants, @apps, @times, @requests, @versions, @components, @methods, @paths, @routes, @statuses, @outcomes, @walls, @receipts, @traps, @traces, @spans, @left, @sizes)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                tenants = entries.Select(static entry => entry.App.TenantId).ToArray(),
                apps = entries.Select(static entry => entry.App.AppId).ToArray(),
                times = entries.Select(static entry => entry.Record.Time.ToUnixTimeMilliseconds()).ToArray(),
                requests = entries.Select(static entry => entry.Record.RequestId).ToArray(),
                versions = entries.Select(static entry => (long)entry.Record.Version).ToArray(),
                components = entries.Select(static entry => entry.Record.Component).ToArray(),
                methods = entries.Select(static entry => entry.Record.Method).ToArray(),
                paths = entries.Select(static entry => entry.Record.Path).ToArray(),
                routes = entries.Select(static entry => entry.Record.Route).ToArray(),
                statuses = entries.Select(static entry => (long?)entry.Record.Status).ToArray(),
                outcomes = entries.Select(static entry => entry.Record.Outcome).ToArray(),
                walls = entries.Select(static entry => entry.Record.WallUs).ToArray(),
                receipts = entries.Select(static entry => entry.Receipt).ToArray(),
                traps = entries.Select(static entry => entry.Record.Trap).ToArray(),
                traces = entries.Select(static entry => entry.Record.TraceId).ToArray(),
                spans = entries.Select(static entry => entry.Spans).ToArray(),
                left = entries.Select(static entry => (long)entry.Record.SpansLeftOut).ToArray(),
                sizes = entries.Select(static entry => (long)entry.Size).ToArray(),
            });
    }

    private static Task<int> AppendSqliteAsync(DbConnection connection, IReadOnlyList<RequestEntry> entries) => connection.ExecuteAsync(
        $"""
        {Insert}
        VALUES (@TenantId, @AppId, @Time, @RequestId, @Version, @Component, @Method, @Path, @Route, @Status, @Outcome, @WallUs, @Receipt, @Trap, @TraceId, @Spans, @SpansLeftOut, @Size)
        ON CONFLICT DO NOTHING
        """,
        entries.Select(static entry => new
        {
            entry.App.TenantId,
            entry.App.AppId,
            Time = entry.Record.Time.ToUnixTimeMilliseconds(),
            entry.Record.RequestId,
            entry.Record.Version,
            entry.Record.Component,
            entry.Record.Method,
            entry.Record.Path,
            entry.Record.Route,
            entry.Record.Status,
            entry.Record.Outcome,
            entry.Record.WallUs,
            entry.Receipt,
            entry.Record.Trap,
            entry.Record.TraceId,
            entry.Spans,
            entry.Record.SpansLeftOut,
            entry.Size,
        }));
}
