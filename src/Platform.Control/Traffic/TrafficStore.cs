using Dapper;
using Platform.Contracts.Api;
using Platform.Control.Audit;
using Platform.Control.Snapshots;
using Platform.Control.Versions;
using Platform.Data;

namespace Platform.Control.Traffic;

/// <summary>How apps' requests are split among their versions.</summary>
internal sealed class TrafficStore(Database database, AuditTrail audit)
{
    private const string Columns = "id AS Id, live AS Live, traffic AS Traffic, revision AS Revision";

    public Task<TrafficRow?> FindAsync(TenantScope tenant, string app, CancellationToken cancellationToken) =>
        database.FindAsync<TrafficRow>(
            $"SELECT {Columns} FROM apps WHERE tenant_id = @tenant AND name = @app AND deleted_at IS NULL", new { tenant = tenant.Id, app }, cancellationToken);

    /// <summary>Puts a sorted split in force.</summary>
    /// <param name="tenant">Whose app it is.</param>
    /// <param name="app">The app.</param>
    /// <param name="sorted">Distinct versions, as <see cref="TrafficColumn.Sort"/> orders them.</param>
    /// <param name="revision">The app's revision that is changed; null for whichever it has.</param>
    /// <param name="actor">Who changes it.</param>
    /// <param name="cancellationToken">Heeded before it begins.</param>
    public Task<TrafficChange> ChangeAsync(
        TenantScope tenant, string app, TrafficResource sorted, long? revision, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                // The update locks the row; what follows sees what its last holder committed.
                var before = await connection.QuerySingleOrDefaultAsync<TrafficRow>(
                    $"UPDATE apps SET last_version = last_version WHERE tenant_id = @tenant AND name = @app AND deleted_at IS NULL RETURNING {Columns}", new { tenant = tenant.Id, app });
                if (before is null)
                {
                    return new TrafficChange(TrafficChangeStatus.NoApp);
                }

                if (revision is not null && revision != before.Revision)
                {
                    return new TrafficChange(TrafficChangeStatus.OtherRevision);
                }

                var numbers = sorted.Splits.Select(split => (long)split.Version).ToArray();
                var ready = await connection.ExecuteScalarAsync<long>(
                    $"SELECT COUNT(*) FROM versions v WHERE v.app_id = @Id AND v.tenant_id = @tenant AND {VersionStates.CanGoLive} AND v.number IN {{=numbers}}",
                    new { before.Id, tenant = tenant.Id, numbers });
                if (ready != numbers.Length)
                {
                    return new TrafficChange(TrafficChangeStatus.NotReady);
                }

                var after = await connection.QuerySingleAsync<TrafficRow>(
                    $"UPDATE apps SET live = @live, traffic = @traffic, revision = revision + 1 WHERE id = @Id AND tenant_id = @tenant RETURNING {Columns}",
                    new { live = numbers[0], traffic = TrafficColumn.Write(sorted), before.Id, tenant = tenant.Id });
                await audit.RecordAsync(connection, actor, tenant, "app.traffic", $"apps/{app}/traffic", TrafficColumn.Describe(before.Traffic, before.Live), sorted);
                await Revisions.RecordAsync(connection, tenant, app);
                return new TrafficChange(TrafficChangeStatus.Changed, after);
            },
            cancellationToken);
}
