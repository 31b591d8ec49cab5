using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Cluster.Logs;
using Platform.Cluster.Snapshots;
using Platform.Cluster.Workers;
using Platform.Contracts.Modules;
using Platform.Contracts.Nodes;
using Platform.Contracts.Sqlite;
using Platform.Contracts.Usage;

namespace Platform.Cluster;

/// <summary>What processes of a cluster say to each other. Members are only added, since processes of two versions run side by side while a cluster is upgraded; unknown ones are skipped.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SnapshotMessage))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(UsageBatch))]
[JsonSerializable(typeof(UsageAnswer))]
[JsonSerializable(typeof(LogBatch))]
[JsonSerializable(typeof(WorkerBeat))]
[JsonSerializable(typeof(WorkerInfo[]))]
[JsonSerializable(typeof(PrepareRequest))]
[JsonSerializable(typeof(PrepareResult))]
[JsonSerializable(typeof(SqliteBackup[]))]
internal sealed partial class ClusterJson : JsonSerializerContext;
