using Platform.Contracts.Nodes;

namespace Platform.Gateway.Workers;

/// <summary>How workers are called.</summary>
/// <param name="Invoker">Sends requests as a process of the cluster, without a timeout of its own.</param>
/// <param name="AnswersAsync">Whether a worker answers that it takes requests.</param>
public sealed record WorkerConnections(HttpMessageInvoker Invoker, Func<WorkerInfo, CancellationToken, Task<bool>> AnswersAsync);
