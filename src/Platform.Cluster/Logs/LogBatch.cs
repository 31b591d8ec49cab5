using Platform.Contracts.Logs;
using Platform.Contracts.Requests;

namespace Platform.Cluster.Logs;

/// <summary>Log lines and kept requests that a worker hands over. A batch that is sent again, since its answer was lost, is taken once.</summary>
/// <param name="Node">The worker's name, which a restart changes.</param>
/// <param name="Sequence">Numbers its batches, from 1.</param>
/// <param name="Records">The lines.</param>
/// <param name="Requests">The requests; null for none.</param>
/// <param name="Dropped">The lines dropped since the batch before, by app; null for none, and from a worker that doesn't say.</param>
internal sealed record LogBatch(string Node, long Sequence, IReadOnlyList<AppLogRecord> Records, IReadOnlyList<RequestRecord>? Requests = null, IReadOnlyList<DroppedLines>? Dropped = null);
