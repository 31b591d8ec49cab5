using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Platform.Cluster.Security;
using Platform.Gateway.Tls;
using Platform.Host.Settings;
using Platform.Host.Startup;
using Platform.Host.Telemetry;

namespace Platform.Host;

/// <summary>The public ports: Kestrel with the contract's limits, and how the process stops.</summary>
internal static class Listening
{
    /// <summary>How long running requests may take to finish once the process was told to stop: the longest wall time that a guest has by default.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);

    /// <summary>Configures the server.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="settings">Where to listen.</param>
    /// <param name="tls">TLS of the internal listeners; null for cleartext.</param>
    /// <param name="metrics">Where metrics are served without a token.</param>
    public static void AddListening(this WebApplicationBuilder builder, HostSettings settings, ClusterTls? tls, IReadOnlyList<ListenUrl> metrics)
    {
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
            kestrel.Limits.MaxRequestBodySize = 30_000_000;
            foreach (var url in settings.Urls)
            {
                Listen(kestrel, url, url.IsTls ? Tls : Http1);
            }

            foreach (var url in settings.InternalUrls)
            {
                Listen(kestrel, url, options => Internal(options, tls));
            }

            foreach (var url in metrics)
            {
                Listen(kestrel, url, MetricsConnection.Use);
            }

            if (settings.InternalUrls.Count > 0)
            {
                ForInternal(kestrel.Limits, settings.Roles.HasFlag(Roles.Gateway));
            }
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Drain);
    }

    /// <summary>Starts everything, last the listening; false when it was told to stop before.</summary>
    /// <exception cref="StartupException">The port is in use or can't be had.</exception>
    public static async Task<bool> StartListeningAsync(this WebApplication app, HostSettings settings)
    {
        try
        {
            await app.StartAsync();
            return true;
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw StartupFailure.OfListening(e, [.. settings.Urls, .. settings.InternalUrls]);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, ListenUrl url, Action<ListenOptions> configure)
    {
        if (url.Address is null)
        {
            kestrel.ListenLocalhost(url.Port, configure);
        }
        else
        {
            kestrel.Listen(url.Address, url.Port, configure);
        }
    }

    private static void Internal(ListenOptions options, ClusterTls? tls)
    {
        InternalConnection.Use(options);
        if (tls is not null)
        {
            options.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls.ForServer()) });
        }
    }

    // What a gateway took from a client has to fit with what it says beside it, in HTTP/2's way of counting; many requests share a connection.
    private static void ForInternal(KestrelServerLimits limits, bool hasClients)
    {
        limits.MaxRequestHeadersTotalSize = 64 << 10;
        limits.MaxRequestHeaderCount = 128;
        limits.Http2.MaxRequestHeaderFieldSize = 32 << 10;
        limits.Http2.MaxStreamsPerConnection = 1000;
        limits.Http2.InitialConnectionWindowSize = 8 << 20;
        if (!hasClients)
        {
            // One client that reads slowly would end the connection of all: gateways hold their clients to a rate.
            limits.MinRequestBodyDataRate = null;
            limits.MinResponseDataRate = null;
        }
    }

    // Without TLS there is no ALPN to choose HTTP/2 by.
    private static void Http1(ListenOptions options) => options.Protocols = HttpProtocols.Http1;

    // The certificate is chosen by SNI at each handshake, so that a new one needs no restart; HTTP/2 by ALPN.
    private static void Tls(ListenOptions options)
    {
        options.Protocols = HttpProtocols.Http1AndHttp2;
        var certificates = options.ApplicationServices.GetRequiredService<ServerCertificates>();
        options.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = hello => ValueTask.FromResult(certificates.Choose(hello.ClientHelloInfo.ServerName)) });
    }
}
