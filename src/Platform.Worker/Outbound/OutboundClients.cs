using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Text;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Outbound;

/// <summary>
/// The HTTP clients of guests, one a tenant, so that connections are reused across a tenant's requests and never across tenants. A tenant's that wasn't used for a
/// while is closed.
/// </summary>
internal sealed class OutboundClients : IDisposable
{
    private const int ConnectionsPerServer = 64;

    private static readonly TimeSpan IdleClient = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan IdleConnection = TimeSpan.FromMinutes(1);

    // A name's address may change: a connection lives no longer than most records do.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Client> _clients = new(StringComparer.Ordinal);
    private readonly OutboundConnector _connector;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;

    public OutboundClients(OutboundConnector connector, TimeProvider time)
    {
        _connector = connector;
        _time = time;
        _sweep = time.CreateTimer(static state => ((OutboundClients)state!).Sweep(), this, IdleConnection, IdleConnection);
    }

    /// <summary>Sends in a tenant's name; ends with the response head.</summary>
    public async Task<HttpResponseMessage> SendAsync(string tenant, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            var client = _clients.GetOrAdd(tenant, static (_, clients) => new Client(clients.CreateInvoker()), this);
            if (!client.TryEnter())
            {
                // Swept away just now.
                _clients.TryRemove(KeyValuePair.Create(tenant, client));
                continue;
            }

            try
            {
                return await client.Invoker.SendAsync(message, cancellationToken);
            }
            finally
            {
                client.Leave(_time.GetTimestamp());
            }
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        foreach (var client in _clients.Values)
        {
            client.Invoker.Dispose();
        }
    }

    // Disposing the handler closes idle connections only; those with a response being read close when that ends.
    private void Sweep()
    {
        foreach (var (tenant, client) in _clients)
        {
            if (client.TryClose(timestamp => _time.GetElapsedTime(timestamp) >= IdleClient))
            {
                _clients.TryRemove(KeyValuePair.Create(tenant, client));
                client.Invoker.Dispose();
            }
        }
    }

    private HttpMessageInvoker CreateInvoker() => new(new SocketsHttpHandler
    {
        // A redirect is the guest's to follow, by a request of its own that is checked as any other (attack A26).
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = ConnectionsPerServer,
        MaxResponseHeadersLength = 64,

        // Fields pass as octets (RFC 9110 section 5.5), which is what the sandbox's strings hold.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        PooledConnectionIdleTimeout = IdleConnection,
        PooledConnectionLifetime = ConnectionLifetime,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = OutboundConnector.DefaultConnectTimeout + OutboundConnector.DefaultConnectTimeout,
        ConnectCallback = _connector.ConnectAsync,
        SslOptions = new SslClientAuthenticationOptions
        {
            // The default's judgement, told apart from other failures of the handshake.
            RemoteCertificateValidationCallback = static (_, _, _, errors) =>
                errors == SslPolicyErrors.None ? true : throw new OutboundException(HttpErrorCode.TlsCertificateError),
        },
    });

    private sealed class Client(HttpMessageInvoker invoker)
    {
        private readonly Lock _gate = new();
        private int _inUse;
        private long _lastUsed;
        private bool _isClosed;

        public HttpMessageInvoker Invoker { get; } = invoker;

        public bool TryEnter()
        {
            lock (_gate)
            {
                _inUse += _isClosed ? 0 : 1;
                return !_isClosed;
            }
        }

        public void Leave(long now)
        {
            lock (_gate)
            {
                _inUse--;
                _lastUsed = now;
            }
        }

        public bool TryClose(Func<long, bool> isOld)
        {
            lock (_gate)
            {
                _isClosed = _inUse == 0 && _lastUsed != 0 && isOld(_lastUsed);
                return _isClosed;
            }
        }
    }
}
