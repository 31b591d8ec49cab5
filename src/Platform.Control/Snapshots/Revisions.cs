using System.Data.Common;
using Dapper;
using Platform.Data;

namespace Platform.Control.Snapshots;

/// <summary>
/// Numbers changes of what gateways and workers know. The one row of <c>revision</c> is locked until the transaction commits, so revisions become visible in their order and
/// a reader that has seen R misses nothing at or below R. Called last in a transaction, which keeps the lock short and the lock order the same everywhere.
/// </summary>
internal static class Revisions
{
    /// <summary>Stands in the place of tenant and app for a change of custom domains; no app has such a name.</summary>
    public const string Domains = "";

    /// <summary>Records a change of custom domains.</summary>
    public static Task RecordDomainsAsync(DbConnection connection) => RecordAsync(connection, Domains, Domains);

    /// <summary>Records a change of a tenant itself.</summary>
    public static Task RecordAsync(DbConnection connection, TenantScope tenant) => RecordAsync(connection, tenant.Name, "");

    /// <summary>Records a change of one of a tenant's apps.</summary>
    public static Task RecordAsync(DbConnection connection, TenantScope tenant, string app) => RecordAsync(connection, tenant.Name, app);

    /// <summary>Leaves every revision behind that the store may have had after a backup of it was made: who has seen one takes all of the restored state.</summary>
    public static Task LeapAsync(DbConnection connection) => connection.ExecuteAsync("UPDATE revision SET value = value + 1000000000 WHERE id = 1");

    private static async Task RecordAsync(DbConnection connection, string tenant, string app)
    {
        var revision = await connection.ExecuteScalarAsync<long>("UPDATE revision SET value = value + 1 WHERE id = 1 RETURNING value");
        await connection.ExecuteAsync(
            "INSERT INTO app_changes (revision, tenant, app) VALUES (@revision, @tenant, @app)", new { revision, tenant, app });
    }
}
