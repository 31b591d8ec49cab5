using System.Net;

namespace Platform.Load.Cluster;

/// <summary>The gateways as a load balancer sees them: in turns, and one that takes no connection is passed over.</summary>
internal sealed class Gateways : IDisposable
{
    private readonly HttpClient[] _clients;
    private int _next;

    public Gateways(IEnumerable<string> urls)
    {
        _clients = [.. urls.Select(static url => new HttpClient(new SocketsHttpHandler { UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) })
        {
            BaseAddress = new Uri(url),
            Timeout = TimeSpan.FromSeconds(60),
        })];
    }

    public int Count => _clients.Length;

    /// <summary>Asks the next one.</summary>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request)
    {
        var first = (uint)Interlocked.Increment(ref _next);
        for (var tried = 0; ; tried++)
        {
            try
            {
                return await SendToAsync((int)((first + tried) % _clients.Length), request);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && tried + 1 < _clients.Length)
            {
                // The next takes it.
            }
        }
    }

    /// <summary>Asks a certain one.</summary>
    public async Task<HttpResponseMessage> SendToAsync(int gateway, Func<HttpRequestMessage> request)
    {
        using var message = request();
        return await _clients[gateway].SendAsync(message);
    }

    /// <summary>A request to an app.</summary>
    public static HttpRequestMessage ToApp(string host, string path = "/") => new(HttpMethod.Get, path) { Version = HttpVersion.Version11, Headers = { Host = host } };

    public void Dispose() => Array.ForEach(_clients, static client => client.Dispose());
}
