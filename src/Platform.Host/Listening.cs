using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Platform.Gateway.Tls;
using Platform.Host.Settings;
using Platform.Host.Startup;

namespace Platform.Host;

/// <summary>The public ports: Kestrel with the contract's limits, and how the process stops.</summary>
internal static class Listening
{
    /// <summary>How long running requests may take to finish once the process was told to stop: the longest wall time that a guest has by default.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);

    /// <summary>Configures the server.</summary>
    public static void AddListening(this WebApplicationBuilder builder, HostSettings settings)
    {
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
            kestrel.Limits.MaxRequestBodySize = 30_000_000;
            foreach (var url in settings.Urls)
            {
                Action<ListenOptions> configure = url.IsTls ? Tls : Http1;
                if (url.Address is null)
                {
                    kestrel.ListenLocalhost(url.Port, configure);
                }
                else
                {
                    kestrel.Listen(url.Address, url.Port, configure);
                }
            }
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Drain);
    }

    /// <summary>Starts everything, last the listening.</summary>
    /// <exception cref="StartupException">The port is in use or can't be had.</exception>
    public static async Task StartListeningAsync(this WebApplication app, HostSettings settings)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw StartupFailure.OfListening(e, settings.Urls);
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
