using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Platform.Cluster.Security;

namespace Platform.Cluster.Http;

/// <summary>Calls between processes of the cluster: HTTP/2, each with this process's token.</summary>
public sealed class InternalHttp : IDisposable
{
    // A guest's response may have 128 KiB of headers (design section 6), and what is said beside it comes on top.
    private const int MaxResponseHeadersKiB = 160;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    // What is behind a partition neither answers nor refuses: a peer that is silent this long is gone.
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(3);

    private readonly SocketsHttpHandler _sockets;

    /// <summary>Makes the connections' pool.</summary>
    /// <param name="options">The process and its certificates.</param>
    /// <param name="tokens">Its tokens.</param>
    [SuppressMessage("Usage", "CA2262", Justification = "It is meant: KiB.")]
    public InternalHttp(ClusterOptions options, ClusterTokens tokens)
    {
        ArgumentNullException.ThrowIfNull(options);
        _sockets = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = PingEvery,
            KeepAlivePingTimeout = PingEvery,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            MaxResponseHeadersLength = MaxResponseHeadersKiB,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        };
        if (options.Tls is { } tls)
        {
            _sockets.SslOptions = tls.ForClient();
        }

        Invoker = new HttpMessageInvoker(new TokenHandler(tokens) { InnerHandler = _sockets }, disposeHandler: false);
    }

    /// <summary>Sends without any timeout of its own.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <summary>Makes a request.</summary>
    public static HttpRequestMessage Request(HttpMethod method, Uri listener, string path) => new(method, new Uri(listener, path))
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        Invoker.Dispose();
        _sockets.Dispose();
    }

    private sealed class TokenHandler(ClusterTokens tokens) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.TryAddWithoutValidation(ClusterTokens.HeaderName, tokens.Current);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
