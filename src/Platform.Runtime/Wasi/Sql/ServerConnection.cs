using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Sql;

/// <summary>The resource <c>connection</c> of Spin's PostgreSQL and MySQL interfaces. Closed with the request at the latest.</summary>
internal sealed class ServerConnection(ISqlConnection connection) : Resource
{
    /// <summary>The connection.</summary>
    public ISqlConnection Connection { get; } = connection;

    /// <inheritdoc/>
    public override void OnDrop(RequestContext context) => context.Release(Connection);
}
