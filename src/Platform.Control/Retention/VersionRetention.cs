using System.Data.Common;
using Dapper;
using Platform.Control.Audit;
using Platform.Control.Snapshots;
using Platform.Control.Traffic;
using Platform.Data;

namespace Platform.Control.Retention;

/// <summary>
/// Removes an app's old versions: ready ones beyond the last <see cref="ControlOptions.KeepVersions"/> or older than <see cref="ControlOptions.KeepVersionsFor"/>, and failed ones by the same counts. What is
/// live, in a split or yet to be compiled stays. A removed version's row stays as history; its blobs may be collected.
/// </summary>
internal sealed class VersionRetention(Database database, AuditTrail audit, ControlOptions options, TimeProvider time)
{
    private static readonly string[] Ended = ["ready", "failed"];

    /// <summary>Removes within a transaction that has locked the app's row and set what is live; returns how many went.</summary>
    public async Task<int> RemoveOldAsync(DbConnection connection, TenantScope tenant, long appId)
    {
        var app = await connection.QuerySingleAsync<KeepingRow>(
            "SELECT name AS Name, live AS Live, traffic AS Traffic FROM apps WHERE id = @appId AND tenant_id = @tenant", new { appId, tenant = tenant.Id });
        var inUse = TrafficColumn.Describe(app.Traffic, app.Live).Splits.Select(split => (long)split.Version).ToArray();
        var now = time.GetUtcNow();
        var removed = 0;
        foreach (var state in Ended)
        {
            var parameters = new
            {
                appId,
                tenant = tenant.Id,
                state,
                inUse,
                keep = options.KeepVersions,
                now = now.ToUnixTimeMilliseconds(),
                oldest = Oldest(now),
            };
            var numbers = (await connection.QueryAsync<long>(
                """
                UPDATE versions SET removed_at = @now, state = 'failed' WHERE app_id = @appId AND tenant_id = @tenant AND removed_at IS NULL AND state = @state
                AND number NOT IN {=inUse} AND (created_at < @oldest OR number <= COALESCE((
                    SELECT kept.number FROM versions kept WHERE kept.app_id = @appId AND kept.removed_at IS NULL AND kept.state = @state
                    ORDER BY kept.number DESC LIMIT 1 OFFSET @keep), 0))
                RETURNING number
                """,
                parameters)).ToArray();
            if (numbers.Length > 0)
            {
                await connection.ExecuteAsync("DELETE FROM version_blobs WHERE app_id = @appId AND number IN {=numbers}", new { appId, numbers });
                await audit.RecordAsync(connection, Actor.Platform, tenant, "version.remove", $"apps/{app.Name}/versions", before: new { state, versions = numbers.Order() });
            }

            removed += numbers.Length;
        }

        return removed;
    }

    /// <summary>Removes old versions of all apps: those that grew old without a deploy, and those that a split kept which is no more.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var apps = await database.QueryAsync<AppRow>(
            """
            SELECT a.id AS Id, a.name AS Name, t.id AS TenantId, t.name AS Tenant
            FROM versions v JOIN apps a ON a.id = v.app_id JOIN tenants t ON t.id = a.tenant_id
            WHERE v.removed_at IS NULL AND v.state IN ('ready', 'failed')
            GROUP BY a.id, a.name, t.id, t.name HAVING COUNT(*) > @keep OR MIN(v.created_at) < @oldest
            """,
            new { keep = options.KeepVersions, oldest = Oldest(time.GetUtcNow()) },
            cancellationToken);
        foreach (var app in apps)
        {
            var tenant = new TenantScope(app.TenantId, app.Tenant);
            await database.WriteAsync(
                async connection =>
                {
                    var locked = await connection.ExecuteAsync(
                        "UPDATE apps SET last_version = last_version WHERE id = @Id AND tenant_id = @TenantId", new { app.Id, app.TenantId });
                    var removed = locked == 0 ? 0 : await RemoveOldAsync(connection, tenant, app.Id);
                    if (removed > 0)
                    {
                        await Revisions.RecordAsync(connection, tenant, app.Name);
                    }

                    return removed;
                },
                cancellationToken);
        }
    }

    private long Oldest(DateTimeOffset now) => options.KeepVersionsFor is { } age ? (now - age).ToUnixTimeMilliseconds() : 0;

    private sealed class KeepingRow
    {
        public required string Name { get; init; }

        public long? Live { get; init; }

        public string? Traffic { get; init; }
    }

    private sealed record AppRow(long Id, string Name, long TenantId, string Tenant);
}
