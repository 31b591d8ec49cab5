using System.Data.Common;
using Dapper;
using Platform.Contracts.Quotas;
using Platform.Control.Snapshots;
using Platform.Data;
using Platform.Data.Blobs;

namespace Platform.Control.Quotas;

/// <summary>The quotas in force, from the snapshot, and what the API holds to them.</summary>
internal sealed class TenantQuotas(Database database, SnapshotStore snapshots, ControlOptions options) : IStorageLimits
{
    private const string AppsQuota = "apps";

    /// <summary>The tenant's quota.</summary>
    public TenantQuota QuotaOf(TenantScope tenant) =>
        snapshots.Current.Tenants.TryGetValue(tenant.Name, out var known) && known.Id == tenant.Id ? known.Quota : options.Quotas;

    long? IStorageLimits.LimitOf(TenantScope tenant) => QuotaOf(tenant).StorageBytes;

    /// <summary>Apps that the tenant has.</summary>
    public Task<long> CountAppsAsync(TenantScope tenant, CancellationToken cancellationToken) =>
        database.FindAsync<long>("SELECT COUNT(*) FROM apps WHERE tenant_id = @tenant AND deleted_at IS NULL", new { tenant = tenant.Id }, cancellationToken);

    /// <summary>Before a deploy's content is read: whether there is room for the app. The transaction that makes it has the last word.</summary>
    /// <exception cref="QuotaExceededException">It would be one too many.</exception>
    public async Task CheckRoomForAppAsync(TenantScope tenant, string app, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        if (!await ExistsAsync(connection, tenant, app))
        {
            await CheckCountAsync(connection, tenant);
        }
    }

    /// <summary>First in a transaction that may make an app: locks the tenant's row if it would, so that of many at once no more are made than there may be. False when the tenant is gone.</summary>
    /// <exception cref="QuotaExceededException">It would be one too many.</exception>
    public async Task<bool> ReserveAppAsync(DbConnection connection, TenantScope tenant, string app)
    {
        if (await ExistsAsync(connection, tenant, app))
        {
            return true;
        }

        // Statements that begin once the lock is got see what its last holder committed.
        if (await connection.ExecuteAsync("UPDATE tenants SET revision = revision WHERE id = @tenant", new { tenant = tenant.Id }) == 0)
        {
            return false;
        }

        if (!await ExistsAsync(connection, tenant, app))
        {
            await CheckCountAsync(connection, tenant);
        }

        return true;
    }

    /// <summary>First in a transaction that takes an app's deletion back: as <see cref="ReserveAppAsync"/>.</summary>
    /// <exception cref="QuotaExceededException">It would be one too many.</exception>
    public async Task ReserveRestoreAsync(DbConnection connection, TenantScope tenant)
    {
        await connection.ExecuteAsync("UPDATE tenants SET revision = revision WHERE id = @tenant", new { tenant = tenant.Id });
        await CheckCountAsync(connection, tenant);
    }

    private static async Task<bool> ExistsAsync(DbConnection connection, TenantScope tenant, string app) =>
        await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM apps WHERE tenant_id = @tenant AND name = @app", new { tenant = tenant.Id, app }) > 0;

    private async Task CheckCountAsync(DbConnection connection, TenantScope tenant)
    {
        if (QuotaOf(tenant).Apps is { } limit
            && await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM apps WHERE tenant_id = @tenant AND deleted_at IS NULL", new { tenant = tenant.Id }) is var current
            && current >= limit)
        {
            throw new QuotaExceededException(AppsQuota, limit, current);
        }
    }
}
