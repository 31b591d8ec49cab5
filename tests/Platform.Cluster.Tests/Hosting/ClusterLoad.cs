using System.Collections.Concurrent;
using System.Net;
using Platform.FunctionalTests.Metering;

namespace Platform.Cluster.Tests.Hosting;

/// <summary>Clients that call one after the other until they are stopped, and what they were answered.</summary>
internal sealed class ClusterLoad : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<HttpStatusCode> _statuses = [];
    private readonly Task _clients;

    /// <param name="clients">How many.</param>
    /// <param name="send">A client's call by its number.</param>
    public ClusterLoad(int clients, Func<int, int, Task<HttpResponseMessage>> send) => _clients = Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
    {
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            using var answer = await send(client, i);
            _statuses.Add(answer.StatusCode);
        }
    }));

    /// <summary>Waits until so many calls were answered.</summary>
    public Task WaitForAsync(int answers) => Waiting.ForAsync(
        async () =>
        {
            if (_clients.IsFaulted)
            {
                await _clients;
            }

            return _statuses.Count >= answers;
        },
        $"{answers} answers");

    /// <summary>How many were answered until now.</summary>
    public int Answers => _statuses.Count;

    /// <summary>How many were answered so until now.</summary>
    public int Count(HttpStatusCode status) => _statuses.Count(answered => answered == status);

    /// <summary>Ends it after some more calls, and gives all the answers' statuses.</summary>
    public async Task<IReadOnlyCollection<HttpStatusCode>> StopAsync()
    {
        await WaitForAsync(_statuses.Count + 50);
        await _stop.CancelAsync();
        await _clients;
        return _statuses;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
