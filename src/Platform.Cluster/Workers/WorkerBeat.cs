using Platform.Contracts.Nodes;

namespace Platform.Cluster.Workers;

/// <summary>What a worker says every few seconds.</summary>
/// <param name="Worker">Who it is.</param>
/// <param name="Running">Requests that it runs.</param>
/// <param name="IsGone">It ends.</param>
internal sealed record WorkerBeat(WorkerInfo Worker, int Running, bool IsGone);
