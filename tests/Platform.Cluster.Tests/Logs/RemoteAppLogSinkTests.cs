using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Cluster.Http;
using Platform.Cluster.Logs;
using Platform.Cluster.Security;
using Platform.Cluster.Telemetry;
using Platform.Contracts.Logs;
using Platform.Contracts.Requests;
using Platform.Contracts.Snapshots;

namespace Platform.Cluster.Tests.Logs;

/// <summary>A worker's sink and the control plane's endpoint, with HTTP between them.</summary>
public sealed class RemoteAppLogSinkTests : IAppLogSink, IRequestSink, ILostLines, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<AppLogRecord> _lines = new();
    private readonly ConcurrentQueue<RequestRecord> _requests = new();
    private readonly ConcurrentDictionary<AppKey, long> _lost = new();
    private WebApplication _control = null!;
    private volatile bool _isAway;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.ConfigureEndpointDefaults(static listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<IAppLogSink>(this);
        builder.Services.AddSingleton<IRequestSink>(this);
        builder.Services.AddSingleton<ILostLines>(this);
        builder.Services.AddSingleton<SeenLogBatches>();
        _control = builder.Build();
        _control.Use(next => context =>
        {
            context.Features.Set(new InternalCaller("worker", NodeRoles.Worker));
            if (!_isAway)
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });
        LogEndpoint.Map(_control);
        await _control.StartAsync();
    }

    public ValueTask DisposeAsync() => _control.DisposeAsync();

    void IAppLogSink.Write(IReadOnlyList<AppLogRecord> records)
    {
        foreach (var record in records)
        {
            _lines.Enqueue(record);
        }
    }

    void IRequestSink.Write(RequestRecord record) => _requests.Enqueue(record);

    void ILostLines.Lost(AppKey app, long lines) => _lost.AddOrUpdate(app, lines, (_, count) => count + lines);

    [Fact]
    public async Task Flood_WhileNoControlPlaneIsThere_LeavesRoomForOthersAndForRequests_AndIsTold()
    {
        const int written = 600;
        var text = new string('x', 30_000);
        using var worker = Worker();
        _isAway = true;
        await worker.Sink.StartAsync(CancellationToken.None);
        string[] apps = ["a", "b", "c", "d", "e"];
        foreach (var app in apps)
        {
            worker.Sink.Write([.. Enumerable.Range(0, written).Select(_ => Line("noisy", app, text))]);
            for (var i = 0; i < written; i++)
            {
                worker.Sink.Write(Request("noisy", app, text));
            }
        }

        worker.Sink.Write([Line("quiet", "web", "still here")]);
        worker.Sink.Write(Request("quiet", "web", "a trap"));
        _isAway = false;
        await UntilAsync(() => _lines.Any(static line => line.Tenant == "quiet") && _requests.Any(static request => request.Tenant == "quiet"));
        await UntilAsync(() => _lines.Count + _lost.Values.Sum() == (apps.Length * written) + 1);

        // One alone has a third of the room.
        var first = _lines.Count(static line => line.App == "a");
        Assert.InRange(first, (8 << 20) / 3 / 30_100 - 1, (8 << 20) / 3 / 30_100);
        Assert.All(apps, app => Assert.Equal(written, _lines.Count(line => line.App == app) + _lost.GetValueOrDefault(new AppKey("noisy", app))));
        Assert.Equal(apps.Length, _lost.Count);

        // And has it again.
        worker.Sink.Write([.. Enumerable.Range(0, 50).Select(_ => Line("noisy", "a", text))]);
        await UntilAsync(() => _lines.Count(static line => line.App == "a") == first + 50);
        await worker.Sink.StopAsync(CancellationToken.None);
    }

    /// <summary>Of a build before, which says nothing of what was dropped.</summary>
    [Fact]
    public async Task Batch_OfAWorkerOfTheBuildBefore_IsTaken()
    {
        using var worker = Worker();
        const string batch = """{"node":"old","sequence":1,"records":[{"tenant":"acme","app":"web","time":"2026-11-27T00:00:00+00:00","version":1,"component":"default","requestId":"r","stream":"stdout","text":"hello"}]}""";
        using var response = await worker.Control.SendAsync(HttpMethod.Post, LogEndpoint.Path, () => new StringContent(batch), Patience, CancellationToken.None);
        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal("hello", Assert.Single(_lines).Text);
        Assert.Empty(_lost);
    }

    private static AppLogRecord Line(string tenant, string app, string text) => new(tenant, app, DateTimeOffset.UtcNow, 1, "default", "r", "stdout", text);

    private static RequestRecord Request(string tenant, string app, string trap) => new(
        tenant, app, DateTimeOffset.UtcNow, "r", 1, "default", "GET", "/", "/...", 500, "trap", 1, null, trap, null, [], 0);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!condition())
        {
            await Task.Delay(20, timeout.Token);
        }
    }

    private RunningWorker Worker() => new(new Uri(_control.Urls.Single()));

    private sealed class RunningWorker : IDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        private readonly InternalHttp _http;

        public RunningWorker(Uri control)
        {
            var options = new ClusterOptions
            {
                NodeId = "worker",
                Roles = NodeRoles.Worker,
                Key = new ClusterKey(RandomNumberGenerator.GetBytes(ClusterKey.Length)),
                ControlUrls = [control],
                DataDirectory = "",
                Version = "1",
            };
            _http = new InternalHttp(options, new ClusterTokens(options, TimeProvider.System));
            Control = new ControlClient(options, _http);
            Sink = new RemoteAppLogSink(
                options, Control, new ClusterMetrics(_services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger<RemoteAppLogSink>.Instance);
        }

        public ControlClient Control { get; }

        public RemoteAppLogSink Sink { get; }

        public void Dispose()
        {
            Sink.Dispose();
            _http.Dispose();
            _services.Dispose();
        }
    }
}
