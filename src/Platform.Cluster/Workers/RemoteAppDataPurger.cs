using Platform.Cluster.Http;
using Platform.Contracts.Apps;
using Platform.Contracts.Nodes;

namespace Platform.Cluster.Workers;

/// <summary>Has a worker end what is kept of an app: in Redis, where any reaches it.</summary>
internal sealed class RemoteAppDataPurger(IWorkerList workers, InternalHttp http) : IAppDataPurger
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    public async Task PurgeAsync(long app, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        foreach (var worker in Rendezvous.Order(workers.Current, PurgeEndpoint.PathOf(app)))
        {
            using var request = InternalHttp.Request(HttpMethod.Delete, worker.Url, PurgeEndpoint.PathOf(app));
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Timeout);
            try
            {
                using var response = await http.Invoker.SendAsync(request, limit.Token);
                response.EnsureSuccessStatusCode();
                return;
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                failure = e;
            }
        }

        throw new IOException("No worker could remove the app's data; it is tried again.", failure);
    }
}
