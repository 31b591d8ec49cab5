using Platform.Worker.Capabilities.KeyValue;
using Platform.Worker.Capabilities.Redis;
using Platform.Worker.Capabilities.Sql;
using Platform.Worker.Capabilities.Sqlite;
using Platform.Worker.Outbound;

namespace Platform.Worker.Capabilities;

/// <summary>What capabilities are made of, one of each in a node.</summary>
internal sealed record CapabilityServers(KeyValueServer KeyValue, ISqliteHost Sqlite, RedisServers Redis, SqlServers Sql, OutboundConnector Connector) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Redis.Dispose();
        Sql.Dispose();
        await KeyValue.DisposeAsync();
    }
}
