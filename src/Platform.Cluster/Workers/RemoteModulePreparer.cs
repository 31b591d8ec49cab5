using System.Net.Http.Json;
using Platform.Cluster.Http;
using Platform.Contracts.Modules;
using Platform.Contracts.Nodes;

namespace Platform.Cluster.Workers;

/// <summary>
/// Has modules compiled by workers. The worker that the module belongs to by <see cref="Rendezvous"/> does it, so that a second call finds it compiled, and others know whom to ask for the result; when it can't, the next.
/// </summary>
internal sealed class RemoteModulePreparer(IWorkerList workers, InternalHttp http, TimeProvider time) : IModulePreparer
{
    /// <summary>Workers that are tried.</summary>
    private const int Attempts = 3;

    // Longer than a compile may take (design section 6), with one waited for before it.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    // A control plane that has just started hasn't heard of them yet; all say that they are there within this.
    private static readonly TimeSpan Patience = 2 * IWorkerRegistry.Interval;

    public async Task<PrepareResult> PrepareAsync(string tenant, string sha256, CancellationToken cancellationToken)
    {
        await WaitForOneAsync(cancellationToken);
        var reason = "No worker is running.";
        foreach (var worker in Rendezvous.Order(workers.Current.Where(static worker => !worker.IsDraining), sha256).Take(Attempts))
        {
            using var request = InternalHttp.Request(HttpMethod.Post, worker.Url, PrepareEndpoint.Path);
            request.Content = JsonContent.Create(new PrepareRequest(tenant, sha256), ClusterJson.Default.PrepareRequest);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Timeout);
            try
            {
                using var response = await http.Invoker.SendAsync(request, limit.Token);
                response.EnsureSuccessStatusCode();
                var result = await response.Content.ReadFromJsonAsync(ClusterJson.Default.PrepareResult, limit.Token);
                if (result is not { Status: PrepareStatus.Unavailable })
                {
                    return result!;
                }

                reason = result.Reason ?? reason;
            }
            catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                reason = $"Worker {worker.Id} doesn't answer.";
            }
        }

        return new PrepareResult(PrepareStatus.Unavailable, [], reason);
    }

    private async Task WaitForOneAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            for (var seen = workers.Current; seen.All(static worker => worker.IsDraining); seen = workers.Current)
            {
                await workers.WaitForOtherAsync(seen, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // There is none.
        }
    }
}
