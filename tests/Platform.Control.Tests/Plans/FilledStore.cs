using Dapper;
using Platform.Contracts.Logs;
using Platform.Contracts.Requests;
using Platform.Contracts.Series;
using Platform.Contracts.Usage;
using Platform.Contracts.Versions;
using Platform.Control.Logs;
using Platform.Control.Requests;
using Platform.Control.Series;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Plans;

/// <summary>A store with as many rows in each table that grows as a planner needs to prefer an index, and far more than any statement may read.</summary>
internal static class FilledStore
{
    /// <summary>Tables of a few rows, however many tenants, apps and requests there are: <c>workers</c> has one a process, none where all roles are in one; <c>series_pending</c> the hours and days that aren't over.</summary>
    private static readonly string[] Small = ["revision", "schema_migrations", "store_keys", "protection_keys", "signing_keys", "workers", "series_pending"];

    private const int Rows = 10_000;

    // What each table gets for the numbers 1 to Rows, which SQL calls i. {0}: as bytes.
    private static readonly (string Table, string Values)[] Contents =
    [
        ("tenants (name, created_at)", "'filled-' || i, i"),
        ("tokens (tenant_id, lookup, hash, name, role, created_at)", "i / 11 + 1, 'lookup-' || i, {0}, 'filled', 'owner', i"),
        ("apps (tenant_id, name, live, last_version, created_at)", "i / 11 + 1, 'app-' || i, 1, 1, i"),
        ("versions (app_id, number, tenant_id, state, document, created_at, created_by, blobs_known)", "i, 1, i / 11 + 1, 'ready', @document, @now, 'operator', 1"),
        ("blobs (sha256, size, upload_id, created_at)", "'sha-' || i, 1, 'upload-' || i, @now"),
        ("blob_chunks (upload_id, n, data)", "'upload-' || i, 0, {0}"),
        ("blob_uploads (id, started_at)", "'going-' || i, @now"),
        ("tenant_blobs (tenant_id, sha256, created_at)", "i / 11 + 1, 'sha-' || i, @now"),
        ("version_blobs (app_id, number, sha256, tenant_id)", "i, 1, 'sha-' || i, i / 11 + 1"),
        ("audit (tenant_id, tenant, time, actor, action, target)", "i / 11 + 1, 'filled-' || (i / 11 + 1), i, 'operator', 'filled', 'filled'"),
        ("app_changes (revision, tenant, app)", "i, 'filled-1', 'app-' || i"),
        ("app_values (tenant_id, app_id, name, kind, value, revision, updated_at, updated_by)", "i / 11 + 1, i, 'name', 'variable', {0}, 1, i, 'operator'"),
        ("usage_hours (tenant_id, hour, app_id, version, outcome, app, requests, fuel, cpu_us, wall_us, bytes_in, bytes_out, outbound_requests, outbound_bytes_out, outbound_bytes_in, cold_starts, log_bytes)",
            "i / 11 + 1, @now - @now % 3600000, i, 1, 'ok', 'app-' || i, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1"),
        ("usage_months (month, tenant_id, fuel)", "@now - i, i, 1"),
        ("usage_batches (node, start, sequence, received_at)", "'node', 'start', i, @now"),
        ("users (email, name, created_at)", "'filled-' || i || '@example.com', 'filled', i"),
        ("user_logins (issuer, subject, user_id)", "'https://filled.example.com', 'subject-' || i, i"),
        ("members (tenant_id, user_id, role, created_at)", "i / 11 + 1, i, 'owner', i"),
        ("invitations (tenant_id, email, role, hash, created_at, created_by, expires_at)", "i / 11 + 1, 'filled@example.com', 'owner', {0}, i, 'operator', @now + 86400000"),
        ("password_resets (hash, user_id, tenant_id, expires_at)", "{0}, i, i / 11 + 1, @now + 86400000"),
        ("sign_in_failures (subject, count, since, locked_until)", "'subject-' || i, 1, @now, 0"),
        ("sessions (id, user_id, secret_hash, is_cookie, created_at, expires_at)", "'session-' || i, i, {0}, 0, i, @now + 86400000"),
        ("domains (name, tenant_id, app_id, token, created_at, verified_at, due_at)", "'filled-' || i || '.example.com', i / 11 + 1, i, 'token-' || i, @now, @now, @now + 86400000"),
        ("domain_owners (name, domain_id)", "'filled-' || i || '.example.com', i"),
        ("idempotency_keys (caller, key, request_hash, holder, started_at, response)", "'token:' || i, 'key', {0}, 'holder', @now, {0}"),
        ("database_copies (app_id, label, shard, sha256, size, upload_id, made_at)", "i, 'default', i % 100, 'sha', 1, 'copy-' || i, @now"),
        ("purged_apps (app_id, due_at)", "1000000 + i, @now + 86400000"),
    ];

    /// <summary>Fills the store of a server that nothing was made in yet.</summary>
    public static async Task FillAsync(ControlServer server)
    {
        var database = server.Get<Database>();
        var bytes = database.Dialect == Dialect.Postgres ? "decode(lpad(to_hex(i), 16, '0'), 'hex')" : "CAST('bytes-' || i AS BLOB)";
        var parameters = new
        {
            now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            document = VersionDocumentJson.Serialize(new VersionDocument
            {
                Components = [new ComponentDocument { Id = "filled", ModuleSha256 = new string('0', 64) }],
                Routes = [new RouteDocument("/...", "filled")],
            }),
        };
        await database.WriteAsync(
            async connection =>
            {
                if (database.Dialect == Dialect.Postgres)
                {
                    // Of the filling no plan is asked for: the foreign keys and triggers of each row would have theirs logged.
                    await connection.ExecuteAsync("SET LOCAL auto_explain.log_min_duration = -1");
                }

                foreach (var (table, values) in Contents)
                {
                    var select = values.Replace("{0}", bytes, StringComparison.Ordinal);
                    await connection.ExecuteAsync($"INSERT INTO {table} WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {Rows}) SELECT {select} FROM numbers ORDER BY i", parameters);
                }

                return await connection.ExecuteAsync("UPDATE revision SET value = (SELECT MAX(revision) FROM app_changes)");
            },
            CancellationToken.None);
        await server.Get<LogStore>().AppendAsync(
            [.. Enumerable.Range(1, Rows).Select(i => new LogEntry(new AppIds(i / 11 + 1, i), new AppLogRecord("filled", "app", DateTimeOffset.UtcNow, 1, "filled", "0", "stdout", "line"), 4))],
            CancellationToken.None);
        await FillTelemetryAsync(server);
        await database.ExecuteAsync("ANALYZE;", null, CancellationToken.None);
        await server.Get<SnapshotStore>().LoadAsync(CancellationToken.None);
        Assert.True(server.Snapshot.Apps.Count >= Rows && server.Snapshot.Tenants.Count >= Rows);
    }

    private static async Task FillTelemetryAsync(ControlServer server)
    {
        var now = DateTimeOffset.UtcNow;
        await server.Get<RequestStore>().AppendAsync(
            [.. Enumerable.Range(1, Rows).Select(i => new RequestEntry(
                new AppIds(i / 11 + 1, i), new RequestRecord("filled", "app", now, $"r{i}", 1, "filled", "GET", "/", "/...", 200, "2xx", 1, null, null, null, [], 0), null, "[]", 4))],
            CancellationToken.None);
        var minute = SeriesResolution.Day.Floor(now.ToUnixTimeMilliseconds()) - UsageTime.Hour;
        await server.Get<SeriesStore>().ApplyAsync(
            "node",
            "start",
            0,
            [.. Enumerable.Range(1, Rows).Select(i => new SeriesDelta(i / 11 + 1, new SeriesKey(i, 1, minute), 1, 0, 0, 0, 1, 1, [1]))],
            CancellationToken.None);
        var telemetry = server.Get<TelemetryDatabase>().Database;
        await telemetry.WriteAsync(
            async connection =>
            {
                await connection.ExecuteAsync($"INSERT INTO app_hours (app_id, time, version, tenant_id, {SeriesColumns.All}) SELECT app_id, time - time % 3600000, version, tenant_id, {SeriesColumns.All} FROM app_minutes");
                await connection.ExecuteAsync($"INSERT INTO app_days (app_id, time, version, tenant_id, {SeriesColumns.All}) SELECT app_id, time - time % 86400000, version, tenant_id, {SeriesColumns.All} FROM app_minutes");
                return await connection.ExecuteAsync(
                    $"INSERT INTO series_batches (node, start, sequence, received_at) WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {Rows}) SELECT 'node', 'start', i, @now FROM numbers",
                    new { now = now.ToUnixTimeMilliseconds() });
            },
            CancellationToken.None);
        if (telemetry.Dialect == Dialect.Sqlite)
        {
            await telemetry.ExecuteAsync("ANALYZE;", null, CancellationToken.None);
        }
    }

    /// <summary>The tables that grow; fails when one of them isn't filled, as a new one is.</summary>
    public static async Task<IReadOnlyList<string>> GrowingAsync(Database database)
    {
        // A partition counts as its whole.
        var tables = await database.QueryAsync<string>(
            database.Dialect == Dialect.Postgres
                ? "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
                : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            null,
            CancellationToken.None);
        var growing = tables.Except(Small).ToList();
        foreach (var table in growing)
        {
            Assert.True(await database.FindAsync<long>($"SELECT COUNT(*) FROM {table}", null, CancellationToken.None) >= Rows, $"The table {table} has few rows: fill it here, or say that it stays small.");
        }

        return growing;
    }
}
