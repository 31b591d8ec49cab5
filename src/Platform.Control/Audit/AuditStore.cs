using Platform.Data;

namespace Platform.Control.Audit;

/// <summary>Reads the audit trail.</summary>
internal sealed class AuditStore(Database database)
{
    private const string Columns =
        "id AS Id, tenant AS Tenant, time AS Time, actor AS Actor, actor_name AS ActorName, address AS Address, request_id AS RequestId, action AS Action, target AS Target, before AS Before, after AS After";

    /// <summary>A tenant's entries, newest first, before <paramref name="before"/>.</summary>
    public Task<List<AuditRow>> ListAsync(TenantScope tenant, long before, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<AuditRow>(
            $"SELECT {Columns} FROM audit WHERE tenant_id = @tenant AND id < @before ORDER BY id DESC LIMIT @count",
            new { tenant = tenant.Id, before, count },
            cancellationToken);

    /// <summary>Every entry of the installation, newest first, before <paramref name="before"/>: the operator's.</summary>
    public Task<List<AuditRow>> ListAllAsync(long before, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<AuditRow>(
            $"SELECT {Columns} FROM audit WHERE id < @before ORDER BY id DESC LIMIT @count", new { before, count }, cancellationToken);
}
