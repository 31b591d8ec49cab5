using System.Net;
using System.Net.Sockets;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Outbound;

/// <summary>Opens the connections of guests' requests: resolves the name once, and connects to an address that the policy permits.</summary>
internal sealed class OutboundConnector(AddressPolicy policy)
{
    /// <summary>The request's own time to connect, if the guest set one.</summary>
    public static readonly HttpRequestOptionsKey<TimeSpan> ConnectTimeout = new("platform.connect-timeout");

    /// <summary>Time to connect when the guest sets none: as long as .NET's client and curl wait, cut to what a 30 s request can bear.</summary>
    public static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The connect callback of the client.</summary>
    /// <exception cref="OutboundException">No connection, and why.</exception>
    public ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) => ConnectAsync(
        context.DnsEndPoint.Host,
        context.DnsEndPoint.Port,
        context.InitialRequestMessage.Options.TryGetValue(ConnectTimeout, out var own) ? own : DefaultConnectTimeout,
        cancellationToken);

    /// <summary>Connects to a server.</summary>
    /// <exception cref="OutboundException">No connection, and why.</exception>
    public async ValueTask<Stream> ConnectAsync(string host, int port, TimeSpan time, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(time);
        var isResolved = false;
        try
        {
            var addresses = await ResolveAsync(host, timeout.Token);
            isResolved = true;
            return await ConnectAsync(addresses, port, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutboundException(isResolved ? HttpErrorCode.ConnectionTimeout : HttpErrorCode.DnsTimeout);
        }
    }

    /// <summary>An address of a server that guests may connect to, for clients that connect by themselves.</summary>
    /// <exception cref="OutboundException">There is none, and why.</exception>
    public async Task<IPAddress> FindAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken);
        return addresses.FirstOrDefault(address => policy.Permits(address, port))
            ?? throw new OutboundException(addresses.Length == 0 ? HttpErrorCode.DnsError : HttpErrorCode.DestinationIpProhibited);
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (SocketException failure)
        {
            throw new OutboundException(HttpErrorCode.DnsError, failure);
        }
    }

    // The address that was checked is the one connected to: a name with addresses of both sorts reaches only those permitted (attack A25).
    private async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        OutboundException? failed = null;
        foreach (var address in addresses.Where(address => policy.Permits(address, port)))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException failure)
            {
                socket.Dispose();
                failed = new OutboundException(OutboundErrors.OfConnect(failure), failure);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw failed ?? new OutboundException(addresses.Length == 0 ? HttpErrorCode.DnsError : HttpErrorCode.DestinationIpProhibited);
    }
}
