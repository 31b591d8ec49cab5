using System.Data.Common;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Outbound;

namespace Platform.Worker.Capabilities.Sql;

/// <summary>
/// Pools of connections to tenants' own PostgreSQL and MySQL servers: one for each tenant, server and address that its name resolves to, never shared by tenants. The clients
/// connect by themselves: they get the address that was checked, and nothing else to connect to.
/// </summary>
internal sealed class SqlServers(OutboundConnector connector, TimeProvider time) : IDisposable
{
    /// <summary>Servers that a tenant may be connected to at once.</summary>
    private const int ServersPerTenant = 16;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    private readonly IdlePool<SqlServerKey, DbDataSource> _pools = new(
        static key => key.Server.Scheme == "mysql" ? MySqlAddress.CreatePool(key.Server, key.Address) : PostgresAddress.CreatePool(key.Server, key.Address),
        static pool => pool.Dispose(),
        Idle,
        time);

    /// <summary>The pool of a server, by the address that its name has now.</summary>
    /// <exception cref="CapabilityException">The tenant is connected to too many.</exception>
    /// <exception cref="OutboundException">There is no address that a guest may connect to.</exception>
    public async Task<IdlePool<SqlServerKey, DbDataSource>.Lease> RentAsync(string tenant, ServerAddress server, CancellationToken cancellationToken)
    {
        var key = new SqlServerKey(tenant, server, await connector.FindAsync(server.Host, server.Port, cancellationToken));
        return _pools.Keys.Count(other => other.Tenant == tenant) < ServersPerTenant || _pools.Keys.Contains(key)
            ? _pools.Rent(key)
            : throw new CapabilityException("the tenant is connected to too many servers", failure: CapabilityFailure.Connection);
    }

    /// <summary>Gives a pool back.</summary>
    public void Return(IdlePool<SqlServerKey, DbDataSource>.Lease lease) => _pools.Return(lease);

    public void Dispose() => _pools.Dispose();
}
