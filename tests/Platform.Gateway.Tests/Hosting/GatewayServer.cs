using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Snapshots;

namespace Platform.Gateway.Tests.Hosting;

/// <summary>The gateway in a real server; the base domain answers "base".</summary>
internal sealed class GatewayServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IPEndPoint _http1;
    private readonly IPEndPoint _http2;

    private GatewayServer(WebApplication app, Snapshots snapshots, RecordingInvoker invoker)
    {
        _app = app;
        Snapshots = snapshots;
        Invoker = invoker;
        var urls = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        _http1 = new IPEndPoint(IPAddress.Loopback, new Uri(urls[0]).Port);
        _http2 = new IPEndPoint(IPAddress.Loopback, new Uri(urls[1]).Port);
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(urls[0]) };
        Http2 = new HttpClient { BaseAddress = new Uri(urls[1]), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    }

    public Snapshots Snapshots { get; }

    public RecordingInvoker Invoker { get; }

    /// <summary>Makes the server's meters, and is their scope.</summary>
    public IMeterFactory Meters => _app.Services.GetRequiredService<IMeterFactory>();

    public HttpClient Http { get; }

    /// <summary>HTTP/2 without TLS.</summary>
    public HttpClient Http2 { get; }

    public static async Task<GatewayServer> StartAsync(
        string baseDomain = "localhost", string appsDomain = "localhost", string? httpsUrl = null, int? seed = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var snapshots = new Snapshots();
        var invoker = new RecordingInvoker();
        builder.Services.AddLogging();
        builder.Services.AddSingleton<ISnapshotSource>(snapshots);
        builder.Services.AddSingleton<IAppInvoker>(invoker);
        if (seed is not null)
        {
            builder.Services.AddSingleton(new Random((int)seed));
        }

        builder.Services.AddGateway(new GatewayOptions { BaseDomain = baseDomain, AppsDomain = appsDomain, HttpsUrl = httpsUrl is null ? null : new Uri(httpsUrl) });
        var app = builder.Build();
        app.UseGateway();
        app.Run(context =>
        {
            // As error handlers do.
            context.Response.Clear();
            return context.Response.WriteAsync("base", context.RequestAborted);
        });
        await app.StartAsync();
        snapshots.Add("acme", "shop", 1, true, "/...");
        return new GatewayServer(app, snapshots, invoker);
    }

    public Task<HttpResponseMessage> GetAsync(string host, string path = "/", string? accept = null, string? cookie = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
        if (cookie is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return Http.SendAsync(request);
    }

    /// <summary>Sends these very bytes over HTTP/1.1 and reads to the end of the connection.</summary>
    public async Task<string> SendRawAsync(string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_http1);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Begins a WebSocket over HTTP/2 (RFC 8441).</summary>
    public Uri WebSocketUrl => new($"ws://127.0.0.1:{_http2.Port}/");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Http2.Dispose();
        await _app.DisposeAsync();
    }
}
