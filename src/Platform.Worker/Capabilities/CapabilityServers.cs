using Platform.Worker.Capabilities.KeyValue;
using Platform.Worker.Capabilities.Sqlite;

namespace Platform.Worker.Capabilities;

/// <summary>What capabilities are made of, one of each in a node.</summary>
internal sealed record CapabilityServers(KeyValueServer KeyValue, ISqliteHost Sqlite);
