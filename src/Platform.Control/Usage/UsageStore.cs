using System.Data.Common;
using Dapper;
using Platform.Contracts.Usage;
using Platform.Data;

namespace Platform.Control.Usage;

/// <summary>
/// Usage by app, version, hour and outcome. Reports add to it, each once: its (node, start, sequence) is written in the same transaction. In PostgreSQL rows are locked in the order of their key, so that
/// workers' reports wait for one another and never in a circle.
/// </summary>
internal sealed class UsageStore(Database database, ControlOptions options, TimeProvider time)
{
    // Longer than a worker that lost the answer to a report can go on sending it.
    private static readonly TimeSpan BatchesKept = TimeSpan.FromDays(7);

    private const string Sums =
        """
        CAST(SUM(requests) AS BIGINT) AS Requests, CAST(SUM(fuel) AS BIGINT) AS Fuel, CAST(SUM(cpu_us) AS BIGINT) AS CpuMicroseconds, CAST(SUM(wall_us) AS BIGINT) AS WallMicroseconds,
        CAST(SUM(bytes_in) AS BIGINT) AS BytesIn, CAST(SUM(bytes_out) AS BIGINT) AS BytesOut, CAST(SUM(outbound_requests) AS BIGINT) AS OutboundRequests,
        CAST(SUM(outbound_bytes_out) AS BIGINT) AS OutboundBytesOut, CAST(SUM(outbound_bytes_in) AS BIGINT) AS OutboundBytesIn, CAST(SUM(cold_starts) AS BIGINT) AS ColdStarts,
        CAST(SUM(log_bytes) AS BIGINT) AS LogBytes
        """;

    private const string Columns =
        """
        hour AS Hour, app_id AS AppId, app AS App, version AS Version, outcome AS Outcome, requests AS Requests, fuel AS Fuel, cpu_us AS CpuMicroseconds, wall_us AS WallMicroseconds, bytes_in AS BytesIn,
        bytes_out AS BytesOut, outbound_requests AS OutboundRequests, outbound_bytes_out AS OutboundBytesOut, outbound_bytes_in AS OutboundBytesIn, cold_starts AS ColdStarts, log_bytes AS LogBytes
        """;

    /// <summary>Adds a batch; false when it was added before.</summary>
    public Task<bool> ApplyAsync(UsageBatch batch, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var isNew = await connection.ExecuteAsync(
                    "INSERT INTO usage_batches (node, start, sequence, received_at) VALUES (@Node, @Start, @Sequence, @now) ON CONFLICT DO NOTHING",
                    new { batch.Node, batch.Start, batch.Sequence, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
                if (isNew == 1)
                {
                    await AddAsync(connection, batch.Deltas);
                }

                return isNew == 1;
            },
            cancellationToken);

    /// <summary>Sums by time and outcome, and by what else is asked; days stand for months.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="app">Of which app only; null for all.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="count">Rows at most.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public Task<List<UsageHourRow>> SumAsync(TenantScope tenant, string? app, UsageQuery query, int count, CancellationToken cancellationToken)
    {
        var step = query.Granularity == UsageGranularity.Hour ? UsageTime.Hour : UsageTime.Day;
        var groups = (query.ByApp ? ", app" : "") + (query.ByVersion ? ", version" : "");
        return database.QueryAsync<UsageHourRow>(
            $"""
            SELECT hour - hour % {step} AS Hour{(query.ByApp ? ", app AS App" : "")}{(query.ByVersion ? ", version AS Version" : "")}, outcome AS Outcome, {Sums}
            FROM usage_hours WHERE tenant_id = @tenant AND hour >= @From AND hour < @To{(app is null ? "" : " AND app = @app")}
            GROUP BY hour - hour % {step}{groups}, outcome ORDER BY hour - hour % {step}{groups}, outcome LIMIT @count
            """,
            new { tenant = tenant.Id, app, query.From, query.To, count },
            cancellationToken);
    }

    /// <summary>Rows as they are kept, in the order of their key, after a row.</summary>
    public Task<List<UsageHourRow>> ListAsync(TenantScope tenant, string? app, UsageQuery query, UsageHourRow? after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<UsageHourRow>(
            $"""
            SELECT {Columns} FROM usage_hours
            WHERE tenant_id = @tenant AND hour >= @hour AND hour < @To AND (hour, app_id, version, outcome) > (@hour, @appId, @version, @outcome){(app is null ? "" : " AND app = @app")}
            ORDER BY hour, app_id, version, outcome LIMIT @count
            """,
            new { tenant = tenant.Id, app, query.To, hour = after?.Hour ?? query.From, appId = after?.AppId ?? -1, version = after?.Version ?? -1, outcome = after?.Outcome ?? "", count },
            cancellationToken);

    /// <summary>Whether an app of that name has ever been used.</summary>
    public async Task<bool> IsKnownAsync(TenantScope tenant, string app, CancellationToken cancellationToken) =>
        await database.FindAsync<long>(
            """
            SELECT CASE WHEN EXISTS (SELECT 1 FROM usage_hours WHERE tenant_id = @tenant AND app = @app)
                OR EXISTS (SELECT 1 FROM apps WHERE tenant_id = @tenant AND name = @app) THEN 1 ELSE 0 END
            """,
            new { tenant = tenant.Id, app },
            cancellationToken) == 1;

    /// <summary>The tenant's fuel of a month.</summary>
    public Task<long> FuelOfAsync(TenantScope tenant, long month, CancellationToken cancellationToken) =>
        database.FindAsync<long>("SELECT fuel FROM usage_months WHERE month = @month AND tenant_id = @tenant", new { month, tenant = tenant.Id }, cancellationToken);

    /// <summary>All tenants' fuel of a month, by the tenant's number, for workers.</summary>
    public async Task<Dictionary<long, long>> FuelOfAllAsync(long month, CancellationToken cancellationToken) =>
        (await database.QueryAsync<FuelRow>("SELECT tenant_id AS Tenant, fuel AS Fuel FROM usage_months WHERE month = @month", new { month }, cancellationToken))
        .ToDictionary(static row => row.Tenant, static row => row.Fuel);

    /// <summary>Drops what is past retention.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var before = (now - options.UsageRetention).ToUnixTimeMilliseconds();
        await database.ExecuteAsync("DELETE FROM usage_hours WHERE hour < @before", new { before }, cancellationToken);
        await database.ExecuteAsync("DELETE FROM usage_months WHERE month < @before", new { before = UsageTime.MonthOf(before) }, cancellationToken);
        await database.ExecuteAsync(
            "DELETE FROM usage_batches WHERE received_at < @before", new { before = (now - BatchesKept).ToUnixTimeMilliseconds() }, cancellationToken);
    }

    private static async Task AddAsync(DbConnection connection, IReadOnlyList<UsageDelta> deltas)
    {
        var rows = deltas
            .OrderBy(static delta => delta.TenantId).ThenBy(static delta => delta.Key.Hour).ThenBy(static delta => delta.Key.AppId).ThenBy(static delta => delta.Key.Version)
            .ThenBy(static delta => delta.Key.Outcome)
            .Select(static delta => new
            {
                delta.TenantId,
                delta.Key.Hour,
                delta.Key.AppId,
                delta.Key.Version,
                Outcome = UsageOutcomes.Format(delta.Key.Outcome),
                delta.App,
                delta.Values.Requests,
                delta.Values.Fuel,
                delta.Values.CpuMicroseconds,
                delta.Values.WallMicroseconds,
                delta.Values.BytesIn,
                delta.Values.BytesOut,
                delta.Values.OutboundRequests,
                delta.Values.OutboundBytesOut,
                delta.Values.OutboundBytesIn,
                delta.Values.ColdStarts,
                delta.Values.LogBytes,
            });
        await connection.ExecuteAsync(
            """
            INSERT INTO usage_hours (tenant_id, hour, app_id, version, outcome, app, requests, fuel, cpu_us, wall_us, bytes_in, bytes_out, outbound_requests, outbound_bytes_out, outbound_bytes_in, cold_starts,
                log_bytes)
            VALUES (@TenantId, @Hour, @AppId, @Version, @Outcome, @App, @Requests, @Fuel, @CpuMicroseconds, @WallMicroseconds, @BytesIn, @BytesOut, @OutboundRequests, @OutboundBytesOut, @OutboundBytesIn,
                @ColdStarts, @LogBytes)
            ON CONFLICT (tenant_id, hour, app_id, version, outcome) DO UPDATE SET
                requests = usage_hours.requests + excluded.requests,
                fuel = usage_hours.fuel + excluded.fuel,
                cpu_us = usage_hours.cpu_us + excluded.cpu_us,
                wall_us = usage_hours.wall_us + excluded.wall_us,
                bytes_in = usage_hours.bytes_in + excluded.bytes_in,
                bytes_out = usage_hours.bytes_out + excluded.bytes_out,
                outbound_requests = usage_hours.outbound_requests + excluded.outbound_requests,
                outbound_bytes_out = usage_hours.outbound_bytes_out + excluded.outbound_bytes_out,
                outbound_bytes_in = usage_hours.outbound_bytes_in + excluded.outbound_bytes_in,
                cold_starts = usage_hours.cold_starts + excluded.cold_starts,
                log_bytes = usage_hours.log_bytes + excluded.log_bytes
            """,
            rows);
        var months = deltas
            .GroupBy(static delta => (Month: UsageTime.MonthOf(delta.Key.Hour), delta.TenantId))
            .OrderBy(static group => group.Key)
            .Select(static group => new { group.Key.Month, group.Key.TenantId, Fuel = group.Sum(static delta => delta.Values.Fuel) });
        await connection.ExecuteAsync(
            """
            INSERT INTO usage_months (month, tenant_id, fuel) VALUES (@Month, @TenantId, @Fuel)
            ON CONFLICT (month, tenant_id) DO UPDATE SET fuel = usage_months.fuel + excluded.fuel
            """,
            months);
    }

    private sealed record FuelRow(long Tenant, long Fuel);
}
