using System.Data.Common;
using Dapper;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Audit;
using Platform.Control.Idempotency;
using Platform.Control.Quotas;
using Platform.Control.Snapshots;
using Platform.Data;

namespace Platform.Control.Tenants;

/// <summary>Tenants. Creating and listing them is the operator's, so these alone take no scope.</summary>
internal sealed class TenantStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string Columns = "id AS Id, name AS Name, created_at AS CreatedAt, quota AS Quota, revision AS Revision, deleted_at AS DeletedAt";

    /// <summary>
    /// The tenant that the caller asks for, for the operator with <paramref name="deletedToo"/> also a deleted one, and what the caller may do there; null when there is none or it isn't the caller's.
    /// </summary>
    public async Task<TenantAccess?> FindForAsync(Caller caller, string name, bool deletedToo, CancellationToken cancellationToken)
    {
        // One statement for every answer; -1 is nobody's number, and only the operator disregards token and membership.
        var row = await database.FindAsync<AccessRow>(
            """
            SELECT t.id AS Id, t.name AS Name, m.role AS Role FROM tenants t LEFT JOIN members m ON m.tenant_id = t.id AND m.user_id = @user
            WHERE t.name = @name AND (t.id = @tenant OR m.user_id IS NOT NULL OR @all = 1) AND (t.deleted_at IS NULL OR @deleted = 1)
            """,
            new
            {
                name,
                tenant = caller.TenantId ?? -1,
                user = caller.UserId ?? -1,
                all = caller.IsOperator ? 1 : 0,
                deleted = deletedToo && caller.IsOperator ? 1 : 0,
            },
            cancellationToken);
        return row is null ? null : new TenantAccess(new TenantScope(row.Id, row.Name), caller, LevelOf(caller, row));
    }

    /// <summary>The tenants that a caller belongs to, with the role there.</summary>
    public Task<List<AccessRow>> ListForAsync(Caller caller, CancellationToken cancellationToken) =>
        database.QueryAsync<AccessRow>(
            """
            SELECT t.id AS Id, t.name AS Name, m.role AS Role FROM tenants t LEFT JOIN members m ON m.tenant_id = t.id AND m.user_id = @user
            WHERE t.id IN (SELECT @tenant UNION SELECT tenant_id FROM members WHERE user_id = @user) AND t.deleted_at IS NULL ORDER BY t.name
            """,
            new { tenant = caller.TenantId ?? -1, user = caller.UserId ?? -1 },
            cancellationToken);

    /// <summary>What the caller may do in a tenant that was found for it.</summary>
    public static AccessLevel LevelOf(Caller caller, AccessRow row) =>
        caller.IsOperator ? AccessLevel.Operator
        : caller.TokenLevel ?? TokenRoles.Parse(row.Role ?? throw new InvalidOperationException("A tenant without a membership was found for a user."));

    public Task<TenantRow?> FindAsync(TenantScope tenant, CancellationToken cancellationToken) =>
        database.FindAsync<TenantRow>($"SELECT {Columns} FROM tenants WHERE id = @tenant", new { tenant = tenant.Id }, cancellationToken);

    /// <summary>Creates a tenant; null when the name is taken.</summary>
    public Task<TenantRow?> CreateAsync(string name, Actor actor, EffectRecorder<TenantRow> record, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var row = await connection.QuerySingleOrDefaultAsync<TenantRow>(
                    $"INSERT INTO tenants (name, created_at) VALUES (@name, @now) ON CONFLICT DO NOTHING RETURNING {Columns}",
                    new { name, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
                if (row is not null)
                {
                    var tenant = new TenantScope(row.Id, row.Name);
                    await audit.RecordAsync(connection, actor, tenant, "tenant.create", $"tenants/{name}", after: new { name });
                    await record(connection, row);
                    await Revisions.RecordAsync(connection, tenant);
                }

                return row;
            },
            cancellationToken);

    /// <summary>Sets the tenant's quota; null when the tenant has another revision by now, or is gone.</summary>
    public Task<TenantRow?> SetQuotaAsync(TenantScope tenant, QuotaDocument quota, long revision, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                // A statement of its own, which locks the row: nobody changes what is read by the next.
                await connection.ExecuteAsync("UPDATE tenants SET revision = revision WHERE id = @tenant", new { tenant = tenant.Id });
                var before = await connection.QuerySingleOrDefaultAsync<TenantRow>($"SELECT {Columns} FROM tenants WHERE id = @tenant", new { tenant = tenant.Id });
                if (before?.Revision != revision)
                {
                    return null;
                }

                var row = await connection.QuerySingleAsync<TenantRow>(
                    $"UPDATE tenants SET quota = @quota, revision = revision + 1 WHERE id = @tenant RETURNING {Columns}",
                    new { tenant = tenant.Id, quota = QuotaJson.Write(quota) });
                await audit.RecordAsync(
                    connection, actor, tenant, "tenant.quota", $"tenants/{tenant.Name}", before: new { quota = QuotaJson.Read(before.Quota) }, after: new { quota });
                await Revisions.RecordAsync(connection, tenant);
                return row;
            },
            cancellationToken);

    /// <summary>Tenants in the order of their making, after <paramref name="after"/>.</summary>
    public Task<List<TenantRow>> ListAsync(bool deleted, long after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<TenantRow>(
            $"SELECT {Columns} FROM tenants WHERE id > @after AND purging = 0 AND deleted_at IS {(deleted ? "NOT NULL" : "NULL")} ORDER BY id LIMIT @count", new { after, count }, cancellationToken);

    /// <summary>Whether a name is a deleted tenant's.</summary>
    public async Task<bool> IsDeletedAsync(string name, CancellationToken cancellationToken) =>
        await database.FindAsync<long>("SELECT COUNT(*) FROM tenants WHERE name = @name AND deleted_at IS NOT NULL", new { name }, cancellationToken) == 1;

    /// <summary>Deletes the tenant, which can be restored until it is purged; false when it is deleted already.</summary>
    public async Task<bool> DeleteAsync(TenantScope tenant, Actor actor, CancellationToken cancellationToken) => await ChangeAsync(
        tenant,
        "deleted_at = @now WHERE id = @tenant AND deleted_at IS NULL",
        (connection, _, apps) => audit.RecordAsync(connection, actor, tenant, "tenant.delete", $"tenants/{tenant.Name}", before: new { tenant.Name, apps }),
        cancellationToken) is not null;

    /// <summary>Takes back a tenant's deletion; null when it isn't deleted, or being purged.</summary>
    public Task<TenantRow?> RestoreAsync(TenantScope tenant, Actor actor, EffectRecorder<TenantRow> record, CancellationToken cancellationToken) => ChangeAsync(
        tenant,
        "deleted_at = NULL WHERE id = @tenant AND deleted_at IS NOT NULL AND purging = 0",
        async (connection, row, apps) =>
        {
            await audit.RecordAsync(connection, actor, tenant, "tenant.restore", $"tenants/{tenant.Name}", after: new { tenant.Name, apps });
            await record(connection, row);
        },
        cancellationToken);

    // All its apps come or go.
    private Task<TenantRow?> ChangeAsync(TenantScope tenant, string change, Func<DbConnection, TenantRow, List<string>, Task> record, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                if (await connection.QuerySingleOrDefaultAsync<TenantRow>(
                    $"UPDATE tenants SET revision = revision + 1, {change} RETURNING {Columns}", new { tenant = tenant.Id, now = time.GetUtcNow().ToUnixTimeMilliseconds() }) is not { } row)
                {
                    return null;
                }

                var apps = (await connection.QueryAsync<string>(
                    "SELECT name FROM apps WHERE tenant_id = @tenant AND deleted_at IS NULL", new { tenant = tenant.Id })).AsList();
                await record(connection, row, apps);
                foreach (var app in apps)
                {
                    await Revisions.RecordAsync(connection, tenant, app);
                }

                await Revisions.RecordAsync(connection, tenant);
                return row;
            },
            cancellationToken);
}
