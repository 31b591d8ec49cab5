using System.Net;
using Platform.Contracts.Http;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Outbound;

/// <summary>Gets what the platform itself wants from a tenant's address, through the connector and its address policy. No connection is kept.</summary>
internal sealed class SafeHttpFetcher : ISafeHttpFetcher, IDisposable
{
    private readonly HttpMessageInvoker _client;

    public SafeHttpFetcher(OutboundConnector connector) => _client = new HttpMessageInvoker(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 16,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = connector.ConnectAsync,
    });

    /// <inheritdoc/>
    public async Task<SafeHttpAnswer> GetAsync(Uri url, int maxBytes, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var response = await _client.SendAsync(request, limited.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(limited.Token);
            var body = new byte[maxBytes];
            var count = await stream.ReadAtLeastAsync(body, maxBytes, throwOnEndOfStream: false, limited.Token);
            return new SafeHttpAnswer((int)response.StatusCode, body.AsMemory(0, count));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OutboundException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return SafeHttpAnswer.None;
        }
    }

    public void Dispose() => _client.Dispose();
}
