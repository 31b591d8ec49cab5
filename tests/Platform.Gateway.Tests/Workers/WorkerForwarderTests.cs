using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Invocation;
using Platform.Contracts.Nodes;
using Platform.Contracts.Snapshots;
using Platform.Gateway.Tests.Hosting;
using Platform.Gateway.Workers;

namespace Platform.Gateway.Tests.Workers;

/// <summary>What a gateway makes of a request that a worker is lost with: two workers in real servers, of which the first that is called fails.</summary>
public sealed class WorkerForwarderTests : IAsyncDisposable
{
    private static readonly TimeSpan Ran = TimeSpan.FromMilliseconds(40);

    private readonly ConcurrentQueue<string?> _elapsed = new();
    private readonly List<WebApplication> _servers = [];
    private readonly SocketsHttpHandler _sockets = new();
    private readonly HttpClient _http = new();
    private Func<HttpContext, Task> _fail = static _ => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _sockets.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Get_LostWhileItRan_GoesToTheNextWorkerWithTheTimeThatTheFirstHad()
    {
        _fail = async static context =>
        {
            await Task.Delay(Ran, context.RequestAborted);
            context.Abort();
        };

        using var response = await SendAsync(HttpMethod.Get);

        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        Assert.Null(_elapsed.First());
        Assert.InRange(long.Parse(_elapsed.Last()!, CultureInfo.InvariantCulture), (long)Ran.TotalMilliseconds / 2, 60_000);
        Assert.Equal(2, _elapsed.Count);
    }

    [Fact]
    public async Task Get_AnAnswerWithoutAnOutcome_GoesToTheNextWorker()
    {
        _fail = static context => context.Response.WriteAsync("what is no worker", context.RequestAborted);

        using var response = await SendAsync(HttpMethod.Get);

        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        Assert.Equal(2, _elapsed.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_LostOrAnsweredWithoutAnOutcome_IsNotSentAgain(bool aborts)
    {
        _fail = context =>
        {
            if (aborts)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return context.Response.WriteAsync("what is no worker", context.RequestAborted);
        };

        using var response = await SendAsync(HttpMethod.Post);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Single(_elapsed);
    }

    [Fact]
    public async Task Post_ThatDidNotBegin_GoesToTheNextWorker_WithoutTimeThatNoGuestHad()
    {
        _fail = static context =>
        {
            context.Response.Headers[InvocationHeaders.Outcome] = OutcomeHeader.NameOf(InvocationStatus.Draining);
            return Task.CompletedTask;
        };

        using var response = await SendAsync(HttpMethod.Post);

        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        Assert.Equal([null, null], _elapsed);
    }

    /// <summary>The client has all that its length promised when the worker is lost: its connection goes on.</summary>
    [Theory]
    [InlineData("first", "")]
    [InlineData("firs", "t")]
    public async Task Get_LostWithItsLastByte_IsWhole_ButNotBeforeIt(string sent, string missing)
    {
        var isReceived = new TaskCompletionSource();
        _fail = async context =>
        {
            context.Response.Headers[InvocationHeaders.Outcome] = OutcomeHeader.Guest;
            context.Response.ContentLength = sent.Length + missing.Length;
            await context.Response.WriteAsync(sent, context.RequestAborted);
            await isReceived.Task;
            context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
        };
        var gateway = await StartGatewayAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Host, gateway.Port);
        using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
        using var reader = new StreamReader(client.GetStream());
        const string Request = "GET / HTTP/1.1\r\nHost: shop--acme.localhost\r\n\r\n";

        await writer.WriteAsync(Request);
        await ReadHeadAsync(reader);
        Assert.Equal(sent, await ReadAsync(reader, sent.Length));
        isReceived.SetResult();
        if (missing.Length > 0)
        {
            // Reset, or closed.
            Assert.True(await Record.ExceptionAsync(async () => Assert.Equal("", await ReadAsync(reader, 1))) is null or IOException);
            return;
        }

        await writer.WriteAsync(Request);
        Assert.Equal("HTTP/1.1 200 OK", await ReadHeadAsync(reader));
        Assert.Equal(2, _elapsed.Count);
    }

    private static async Task<string?> ReadHeadAsync(StreamReader reader)
    {
        var status = await reader.ReadLineAsync();
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        return status;
    }

    private static async Task<string> ReadAsync(StreamReader reader, int length)
    {
        var text = new char[length];
        return new string(text, 0, await reader.ReadBlockAsync(text));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method)
    {
        using var request = new HttpRequestMessage(method, await StartGatewayAsync()) { Headers = { Host = "shop--acme.localhost" } };
        return await _http.SendAsync(request);
    }

    private async Task<Uri> StartGatewayAsync()
    {
        var workers = new CurrentWorkers();
        workers.Set([new WorkerInfo("one", await StartWorkerAsync(), null, "1", 8, false), new WorkerInfo("two", await StartWorkerAsync(), null, "1", 8, false)]);
        var snapshots = new Snapshots();
        snapshots.Add("acme", "shop", 1, true, "/...");
        return await StartAsync(
            HttpProtocols.Http1,
            services =>
            {
                services.AddSingleton<ISnapshotSource>(snapshots);
                services.AddSingleton<IWorkerList>(workers);
                services.AddSingleton(new WorkerConnections(new HttpMessageInvoker(_sockets, disposeHandler: false), static (_, _) => Task.FromResult(true)));
                services.AddGateway(new GatewayOptions { BaseDomain = "localhost", AppsDomain = "localhost" });
                services.AddForwarding();
            },
            static app => app.UseGateway());
    }

    private Task<Uri> StartWorkerAsync() => StartAsync(
        HttpProtocols.Http2,
        static _ => { },
        app => app.Run(async context =>
        {
            _elapsed.Enqueue(context.Request.Headers[InvocationHeaders.Elapsed].FirstOrDefault());
            if (_elapsed.Count == 1)
            {
                await _fail(context);
                return;
            }

            context.Response.Headers[InvocationHeaders.Outcome] = OutcomeHeader.Guest;
            await context.Response.WriteAsync("hello", context.RequestAborted);
        }));

    private async Task<Uri> StartAsync(HttpProtocols protocols, Action<IServiceCollection> add, Action<WebApplication> use)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        builder.Services.AddLogging();
        add(builder.Services);
        var app = builder.Build();
        _servers.Add(app);
        use(app);
        await app.StartAsync();
        return new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }
}
