using Microsoft.AspNetCore.Server.Kestrel.Core;
using Platform.Host.Settings;
using Platform.Host.Startup;

namespace Platform.Host;

/// <summary>The one public port: Kestrel with the contract's limits, and how the process stops.</summary>
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
                if (url.Address is null)
                {
                    kestrel.ListenLocalhost(url.Port, Http1);
                }
                else
                {
                    kestrel.Listen(url.Address, url.Port, Http1);
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
}
