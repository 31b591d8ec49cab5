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

    private readonly OutboundConnector _connector;
    private readonly IdlePool<string, HttpMessageInvoker> _clients;

    public OutboundClients(OutboundConnector connector, TimeProvider time)
    {
        _connector = connector;

        // Disposing the handler closes idle connections only; those with a response being read close when that ends.
        _clients = new IdlePool<string, HttpMessageInvoker>(_ => CreateInvoker(), static invoker => invoker.Dispose(), IdleClient, time);
    }

    /// <summary>Sends in a tenant's name; ends with the response head.</summary>
    public async Task<HttpResponseMessage> SendAsync(string tenant, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        var client = _clients.Rent(tenant);
        try
        {
            return await client.Client.SendAsync(message, cancellationToken);
        }
        finally
        {
            _clients.Return(client);
        }
    }

    public void Dispose() => _clients.Dispose();

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
}
