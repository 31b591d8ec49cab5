using System.Data.Common;
using Dapper;
using Platform.Control.Audit;
using Platform.Control.Snapshots;
using Platform.Data;

namespace Platform.Control.Apps;

/// <summary>Apps of a tenant. They are made by their first deploy, or by a value that is set before it.</summary>
internal sealed class AppStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string Columns = "id AS Id, name AS Name, live AS Live, created_at AS CreatedAt";

    public Task<AppRow?> FindAsync(TenantScope tenant, string name, CancellationToken cancellationToken) =>
        database.FindAsync<AppRow>(
            $"SELECT {Columns} FROM apps WHERE tenant_id = @tenant AND name = @name", new { tenant = tenant.Id, name }, cancellationToken);

    /// <summary>The tenant's apps in the order of their making, after <paramref name="after"/>.</summary>
    public Task<List<AppRow>> ListAsync(TenantScope tenant, long after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<AppRow>(
            $"SELECT {Columns} FROM apps WHERE tenant_id = @tenant AND id > @after ORDER BY id LIMIT @count",
            new { tenant = tenant.Id, after, count },
            cancellationToken);

    /// <summary>The number of an app; makes it, without a version, when there is none. Null when the tenant is gone.</summary>
    public async Task<long?> FindOrCreateAsync(TenantScope tenant, string name, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(tenant, name, cancellationToken) is { } known)
        {
            return known.Id;
        }

        return await database.WriteAsync(
            async connection =>
            {
                if (await TryInsertAsync(connection, tenant, name, time.GetUtcNow().ToUnixTimeMilliseconds()) is { } made)
                {
                    await audit.RecordAsync(connection, actor, tenant, "app.create", $"apps/{name}", after: new { name });
                    await Revisions.RecordAsync(connection, tenant, name);
                    return made;
                }

                // Another request made it meanwhile, unless the tenant is gone.
                return await connection.QuerySingleOrDefaultAsync<long?>(
                    "SELECT id FROM apps WHERE tenant_id = @tenant AND name = @name", new { tenant = tenant.Id, name });
            },
            cancellationToken);
    }

    /// <summary>Makes an app within a transaction; returns its number, null when there is one of the name already or the tenant is gone.</summary>
    public static Task<long?> TryInsertAsync(DbConnection connection, TenantScope tenant, string name, long now) =>
        connection.QuerySingleOrDefaultAsync<long?>(
            "INSERT INTO apps (tenant_id, name, created_at) SELECT id, @name, @now FROM tenants WHERE id = @tenant ON CONFLICT DO NOTHING RETURNING id",
            new { tenant = tenant.Id, name, now });

    /// <summary>Deletes an app with its versions; returns its number, null when there was none.</summary>
    public Task<long?> DeleteAsync(TenantScope tenant, string name, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var id = await connection.QuerySingleOrDefaultAsync<long?>(
                    "DELETE FROM apps WHERE tenant_id = @tenant AND name = @name RETURNING id", new { tenant = tenant.Id, name });
                if (id is not null)
                {
                    await audit.RecordAsync(connection, actor, tenant, "app.delete", $"apps/{name}", before: new { name });
                    await Revisions.RecordAsync(connection, tenant, name);
                }

                return id;
            },
            cancellationToken);
}
