using System.Data.Common;
using Dapper;
using Platform.Control.Access;
using Platform.Control.Audit;
using Platform.Control.Snapshots;
using Platform.Data;

namespace Platform.Control.Tenants;

/// <summary>Tenants. Creating and listing them is the operator's, so these alone take no scope.</summary>
internal sealed class TenantStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string Columns = "id AS Id, name AS Name, created_at AS CreatedAt";

    /// <summary>The scope of the tenant that the caller asks for, for the operator with <paramref name="deletedToo"/> also of a deleted one; null when there is none or it isn't the caller's.</summary>
    public async Task<TenantScope?> FindForAsync(Caller caller, string name, bool deletedToo, CancellationToken cancellationToken)
    {
        // One statement for both answers, and null matches no id: only the operator's level lets the tenant of the token be disregarded.
        var row = await database.FindAsync<TenantRow>(
            $"SELECT {Columns} FROM tenants WHERE name = @name AND (id = @tenant OR @all = 1) AND (deleted_at IS NULL OR @deleted = 1)",
            new { name, tenant = caller.TenantId ?? -1, all = caller.Level == AccessLevel.Operator ? 1 : 0, deleted = deletedToo && caller.Level == AccessLevel.Operator ? 1 : 0 },
            cancellationToken);
        return row is null ? null : new TenantScope(row.Id, row.Name);
    }

    public Task<TenantRow?> FindAsync(TenantScope tenant, CancellationToken cancellationToken) =>
        database.FindAsync<TenantRow>($"SELECT {Columns} FROM tenants WHERE id = @tenant", new { tenant = tenant.Id }, cancellationToken);

    /// <summary>Creates a tenant; null when the name is taken.</summary>
    public Task<TenantRow?> CreateAsync(string name, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var row = await connection.QuerySingleOrDefaultAsync<TenantRow>(
                    $"INSERT INTO tenants (name, created_at) VALUES (@name, @now) ON CONFLICT DO NOTHING RETURNING {Columns}",
                    new { name, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
                if (row is not null)
                {
                    await audit.RecordAsync(connection, actor, new TenantScope(row.Id, row.Name), "tenant.create", $"tenants/{name}", after: new { name });
                }

                return row;
            },
            cancellationToken);

    /// <summary>Tenants in the order of their making, after <paramref name="after"/>.</summary>
    public Task<List<TenantRow>> ListAsync(long after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<TenantRow>(
            $"SELECT {Columns} FROM tenants WHERE id > @after AND deleted_at IS NULL ORDER BY id LIMIT @count", new { after, count }, cancellationToken);

    /// <summary>Whether a name is a deleted tenant's.</summary>
    public async Task<bool> IsDeletedAsync(string name, CancellationToken cancellationToken) =>
        await database.FindAsync<long>("SELECT COUNT(*) FROM tenants WHERE name = @name AND deleted_at IS NOT NULL", new { name }, cancellationToken) == 1;

    /// <summary>Deletes the tenant, which can be restored until it is purged; false when it is deleted already.</summary>
    public Task<bool> DeleteAsync(TenantScope tenant, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        tenant,
        "UPDATE tenants SET deleted_at = @now, revision = revision + 1 WHERE id = @tenant AND deleted_at IS NULL",
        (connection, apps) => audit.RecordAsync(connection, actor, tenant, "tenant.delete", $"tenants/{tenant.Name}", before: new { tenant.Name, apps }),
        cancellationToken);

    /// <summary>Takes back a tenant's deletion; false when it isn't deleted, or being purged.</summary>
    public Task<bool> RestoreAsync(TenantScope tenant, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        tenant,
        "UPDATE tenants SET deleted_at = NULL, revision = revision + 1 WHERE id = @tenant AND deleted_at IS NOT NULL AND purging = 0",
        (connection, apps) => audit.RecordAsync(connection, actor, tenant, "tenant.restore", $"tenants/{tenant.Name}", after: new { tenant.Name, apps }),
        cancellationToken);

    // All its apps come or go.
    private Task<bool> ChangeAsync(TenantScope tenant, string update, Func<DbConnection, List<string>, Task> record, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                if (await connection.ExecuteAsync(update, new { tenant = tenant.Id, now = time.GetUtcNow().ToUnixTimeMilliseconds() }) == 0)
                {
                    return false;
                }

                var apps = (await connection.QueryAsync<string>(
                    "SELECT name FROM apps WHERE tenant_id = @tenant AND deleted_at IS NULL", new { tenant = tenant.Id })).AsList();
                await record(connection, apps);
                foreach (var app in apps)
                {
                    await Revisions.RecordAsync(connection, tenant, app);
                }

                return true;
            },
            cancellationToken);
}
