using Dapper;
using Platform.Contracts.Api;
using Platform.Control.Audit;
using Platform.Data;

namespace Platform.Control.Approvals;

/// <summary>What owners decide for their tenant.</summary>
internal sealed class TenantSettingsStore(Database database, AuditTrail audit)
{
    private const string Columns = "require_approval AS RequireApproval, revision AS Revision";

    public Task<TenantSettingsRow?> FindAsync(TenantScope tenant, CancellationToken cancellationToken) =>
        database.FindAsync<TenantSettingsRow>($"SELECT {Columns} FROM tenants WHERE id = @tenant", new { tenant = tenant.Id }, cancellationToken);

    /// <summary>Changes the settings; null when the tenant has another revision than the caller had read, or is gone.</summary>
    public Task<TenantSettingsRow?> ChangeAsync(
        TenantScope tenant, TenantSettingsResource settings, long? revision, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                // The update locks the row, so that what was before is what is replaced.
                var before = await connection.QuerySingleOrDefaultAsync<TenantSettingsRow>(
                    $"UPDATE tenants SET revision = revision WHERE id = @tenant RETURNING {Columns}", new { tenant = tenant.Id });
                if (before is null || (revision is not null && revision != before.Revision))
                {
                    return null;
                }

                var after = await connection.QuerySingleAsync<TenantSettingsRow>(
                    $"UPDATE tenants SET require_approval = @required, revision = revision + 1 WHERE id = @tenant RETURNING {Columns}",
                    new { required = settings.RequireApproval ? 1 : 0, tenant = tenant.Id });
                await audit.RecordAsync(connection, actor, tenant, "tenant.settings", "settings", new TenantSettingsResource(before.RequireApproval == 1), settings);
                return after;
            },
            cancellationToken);
}
