using System.Data.Common;
using Dapper;
using Platform.Control.Audit;
using Platform.Control.Idempotency;
using Platform.Control.Snapshots;
using Platform.Data;

namespace Platform.Control.Versions;

internal sealed partial class VersionStore
{
    /// <summary>Approves what a version may newly do. A ready one goes live unless a newer one could have; one that compiles goes live when it is ready. The version as it is then, null when it awaits no approval.</summary>
    public Task<VersionRow?> ApproveAsync(
        TenantScope tenant, string app, long number, Actor actor, EffectRecorder<VersionRow> record, CancellationToken cancellationToken) =>
        database.WriteAsync<VersionRow?>(
            async connection =>
            {
                var appId = await connection.QuerySingleOrDefaultAsync<long?>(
                    "UPDATE apps SET last_version = last_version WHERE tenant_id = @tenant AND name = @app AND deleted_at IS NULL RETURNING id", new { tenant = tenant.Id, app });
                var approved = await connection.QuerySingleOrDefaultAsync<ApprovedRow>(
                    """
                    UPDATE versions SET approved_by = @actor WHERE app_id = @appId AND tenant_id = @tenant AND number = @number
                    AND removed_at IS NULL AND state IN ('ready', 'compiling') AND widened IS NOT NULL AND approved_by IS NULL
                    RETURNING state AS State, widened AS Widened
                    """,
                    new { actor = actor.Id, appId = appId ?? -1, tenant = tenant.Id, number });
                if (appId is not { } id || approved is null)
                {
                    return null;
                }

                var newer = await connection.ExecuteScalarAsync<long>(
                    $"SELECT COUNT(*) FROM versions v WHERE v.app_id = @id AND v.number > @number AND {VersionStates.CanGoLive}", new { id, number });
                var goesLive = approved.State == VersionStates.Ready && newer == 0;
                await audit.RecordAsync(
                    connection, actor, tenant, "version.approve", Target(app, number), after: new { widened = VersionRow.ReadWidened(approved.Widened), live = goesLive });
                if (goesLive)
                {
                    await PointAsync(connection, tenant, id, number);
                }

                var row = await connection.QuerySingleAsync<VersionRow>(
                    $"SELECT {Columns} FROM versions v JOIN apps a ON a.id = v.app_id WHERE v.app_id = @id AND v.number = @number AND a.tenant_id = @tenant",
                    new { id, number, tenant = tenant.Id });
                await record(connection, row);
                await Revisions.RecordAsync(connection, tenant, app);
                return row;
            },
            cancellationToken);

    // What of a version an owner has to approve first; empty when nothing.
    private static async Task<IReadOnlyList<string>> FindWidenedAsync(DbConnection connection, TenantScope tenant, VersionDraft draft, NewVersion version)
    {
        if (draft.IsApproved)
        {
            return [];
        }

        var required = await connection.ExecuteScalarAsync<long>("SELECT require_approval FROM tenants WHERE id = @tenant", new { tenant = tenant.Id });
        return required == 0 ? [] : Capabilities.Widened(version.ReplacedDocument, draft.Document);
    }

    private sealed record ApprovedRow(string State, string Widened);
}
