using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Sqlite;

/// <summary>The resource <c>connection</c> of Spin's SQLite interfaces. Closed with the request at the latest.</summary>
internal sealed class DatabaseConnection(ISqliteConnection connection) : Resource
{
    /// <summary>The connection.</summary>
    public ISqliteConnection Connection { get; } = connection;

    /// <inheritdoc/>
    public override void OnDrop(RequestContext context) => context.Release(Connection);
}
