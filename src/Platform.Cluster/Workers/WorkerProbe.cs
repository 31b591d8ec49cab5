using Platform.Cluster.Http;
using Platform.Contracts.Nodes;

namespace Platform.Cluster.Workers;

/// <summary>Asks workers whether they are there.</summary>
public sealed class WorkerProbe(InternalHttp http)
{
    /// <summary>Answered by every process of the cluster.</summary>
    internal const string Path = "/health";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Whether it answers that it takes requests.</summary>
    public async Task<bool> AnswersAsync(WorkerInfo worker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(worker);
        using var request = InternalHttp.Request(HttpMethod.Get, worker.Url, Path);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            using var response = await http.Invoker.SendAsync(request, limit.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
