using System.Net;
using System.Net.Sockets;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Outbound;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Platform.Worker.Capabilities.Redis;

/// <summary>
/// Connects as guests may, and to the server that the tenant named only: not to where it redirects (a cluster's MOVED). The client doesn't close what it hasn't opened
/// itself, so this does: a connection when the next one of its type takes its place, all with this.
/// </summary>
internal sealed class CheckedTunnel(ServerAddress address, OutboundConnector connector) : Tunnel, IDisposable
{
    private readonly Dictionary<ConnectionType, Stream> _open = [];
    private bool _isDisposed;

    public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) => new((EndPoint?)null);

    public override async ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        if (endpoint is not DnsEndPoint dns || dns.Host != address.Host || dns.Port != address.Port)
        {
            throw new OutboundException(HttpErrorCode.DestinationIpProhibited);
        }

        var stream = await connector.ConnectAsync(address.Host, address.Port, OutboundConnector.DefaultConnectTimeout, cancellationToken);
        lock (_open)
        {
            if (_open.Remove(connectionType, out var before))
            {
                before.Dispose();
            }

            if (_isDisposed)
            {
                stream.Dispose();
            }
            else
            {
                _open.Add(connectionType, stream);
            }
        }

        return stream;
    }

    public void Dispose()
    {
        lock (_open)
        {
            _isDisposed = true;
            foreach (var stream in _open.Values)
            {
                stream.Dispose();
            }

            _open.Clear();
        }
    }
}
