using System.Data.Common;
using Dapper;
using Platform.Control.Audit;
using Platform.Control.Deletion;
using Platform.Control.Idempotency;
using Platform.Control.Quotas;
using Platform.Control.Snapshots;
using Platform.Data;

namespace Platform.Control.Apps;

/// <summary>Apps of a tenant. They are made by their first deploy, or by a value that is set before it.</summary>
internal sealed class AppStore(Database database, TenantQuotas quotas, AuditTrail audit, ControlOptions options, TimeProvider time)
{
    private const string Columns = "id AS Id, name AS Name, live AS Live, created_at AS CreatedAt, deleted_at AS DeletedAt";

    public Task<AppRow?> FindAsync(TenantScope tenant, string name, CancellationToken cancellationToken) =>
        database.FindAsync<AppRow>(
            $"SELECT {Columns} FROM apps WHERE tenant_id = @tenant AND name = @name AND deleted_at IS NULL", new { tenant = tenant.Id, name }, cancellationToken);

    /// <summary>The tenant's apps, or those deleted that can be restored, in the order of their making, after <paramref name="after"/>.</summary>
    public Task<List<AppRow>> ListAsync(TenantScope tenant, bool deleted, long after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<AppRow>(
            $"SELECT {Columns} FROM apps WHERE tenant_id = @tenant AND id > @after AND purging = 0 AND deleted_at IS {(deleted ? "NOT NULL" : "NULL")} ORDER BY id LIMIT @count",
            new { tenant = tenant.Id, after, count },
            cancellationToken);

    /// <summary>The number of an app; makes it, without a version, when there is none. Null when the tenant is gone.</summary>
    /// <exception cref="QuotaExceededException">It would be one app too many.</exception>
    /// <exception cref="AppDeletedException">There is one of the name, deleted and not yet purged.</exception>
    public async Task<long?> FindOrCreateAsync(TenantScope tenant, string name, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(tenant, name, cancellationToken) is { } known)
        {
            return known.Id;
        }

        return await database.WriteAsync(
            async connection =>
            {
                if (!await quotas.ReserveAppAsync(connection, tenant, name))
                {
                    return null;
                }

                if (await TryInsertAsync(connection, tenant, name, options.NextSqliteShard(), time.GetUtcNow().ToUnixTimeMilliseconds()) is { } made)
                {
                    await audit.RecordAsync(connection, actor, tenant, "app.create", $"apps/{name}", after: new { name });
                    await Revisions.RecordAsync(connection, tenant, name);
                    return made;
                }

                // Another request made it meanwhile, unless the tenant is gone.
                var row = await connection.QuerySingleOrDefaultAsync<AppRow>(
                    $"SELECT {Columns} FROM apps WHERE tenant_id = @tenant AND name = @name", new { tenant = tenant.Id, name });
                return row?.DeletedAt is null ? row?.Id : throw new AppDeletedException(name);
            },
            cancellationToken);
    }

    /// <summary>Makes an app within a transaction; returns its number, null when there is one of the name already or the tenant is gone or deleted.</summary>
    public static Task<long?> TryInsertAsync(DbConnection connection, TenantScope tenant, string name, int shard, long now) =>
        connection.QuerySingleOrDefaultAsync<long?>(
            "INSERT INTO apps (tenant_id, name, created_at, sqlite_shard) SELECT id, @name, @now, @shard FROM tenants WHERE id = @tenant AND deleted_at IS NULL ON CONFLICT DO NOTHING RETURNING id",
            new { tenant = tenant.Id, name, now, shard = (long)shard });

    /// <summary>Deletes an app, which can be restored until it is purged; false when there is none.</summary>
    public Task<bool> DeleteAsync(TenantScope tenant, string name, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var deleted = await connection.ExecuteAsync(
                    "UPDATE apps SET deleted_at = @now, revision = revision + 1 WHERE tenant_id = @tenant AND name = @name AND deleted_at IS NULL",
                    new { tenant = tenant.Id, name, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
                if (deleted == 1)
                {
                    await audit.RecordAsync(connection, actor, tenant, "app.delete", $"apps/{name}", before: new { name });
                    await Revisions.RecordAsync(connection, tenant, name);
                }

                return deleted == 1;
            },
            cancellationToken);

    /// <summary>Takes back an app's deletion; null when there is none of the name that is deleted and not being purged.</summary>
    /// <exception cref="QuotaExceededException">It would be one app too many.</exception>
    public Task<AppRow?> RestoreAsync(TenantScope tenant, string name, Actor actor, EffectRecorder<AppRow> record, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await quotas.ReserveRestoreAsync(connection, tenant);
                var row = await connection.QuerySingleOrDefaultAsync<AppRow>(
                    $"""
                    UPDATE apps SET deleted_at = NULL, revision = revision + 1
                    WHERE tenant_id = @tenant AND name = @name AND deleted_at IS NOT NULL AND purging = 0 RETURNING {Columns}
                    """,
                    new { tenant = tenant.Id, name });
                if (row is not null)
                {
                    await audit.RecordAsync(connection, actor, tenant, "app.restore", $"apps/{name}", after: new { name, row.Live });
                    await record(connection, row);
                    await Revisions.RecordAsync(connection, tenant, name);
                }

                return row;
            },
            cancellationToken);
}
