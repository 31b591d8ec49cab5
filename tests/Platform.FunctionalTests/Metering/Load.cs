using System.Collections.Concurrent;
using System.Net;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Metering;

/// <summary>Clients that ask an app as fast as it answers, until the server goes or they are ended, and count the answers.</summary>
internal sealed class Load : IAsyncDisposable
{
    /// <summary>At once: as many requests may have run without their answers having come.</summary>
    public const int Clients = 8;

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<long> _times = new();
    private readonly Task _clients;

    public Load(Tenant tenant, string app) => _clients = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() => AskAsync(tenant, app))));

    /// <summary>Whole answers until now.</summary>
    public long Answered => _times.Count;

    /// <summary>When each came.</summary>
    public IReadOnlyList<long> Times => [.. _times];

    public Task ReachesAsync(long answers) => Waiting.ForAsync(() => Task.FromResult(Answered >= answers || (_clients.IsCompleted ? throw new InvalidOperationException("the clients ended") : false)), $"{answers} answers");

    /// <summary>Asks no more, and says how many answers there were once none is awaited.</summary>
    public async Task<long> EndAsync()
    {
        await _end.CancelAsync();
        await _clients;
        return Answered;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
    }

    private async Task AskAsync(Tenant tenant, string app)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var answer = await tenant.GetAsync(app);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    _times.Enqueue(Environment.TickCount64);
                }
            }
            catch (HttpRequestException)
            {
                // The server is gone.
                return;
            }
        }
    }
}
