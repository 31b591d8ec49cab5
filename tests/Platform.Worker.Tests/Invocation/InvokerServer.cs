using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Contracts.Invocation;
using Platform.Contracts.Quotas;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Versions;
using Platform.Redis;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Admission;
using Platform.Worker.AppCalls;
using Platform.Worker.Artifacts;
using Platform.Worker.Capabilities;
using Platform.Worker.Capabilities.KeyValue;
using Platform.Worker.Capabilities.Redis;
using Platform.Worker.Capabilities.Sql;
using Platform.Worker.Capabilities.Sqlite;
using Platform.Worker.Files;
using Platform.Worker.Invocation;
using Platform.Worker.Outbound;
using Platform.Worker.Quarantining;
using Platform.Worker.Requests;
using Platform.Worker.Telemetry;
using Platform.Worker.Tests.Fakes;
using Platform.Worker.Usage;

namespace Platform.Worker.Tests.Invocation;

/// <summary>A real Kestrel in front of a real invoker whose guest is a C# function; the tenant comes from the request header <c>test-tenant</c>.</summary>
internal sealed class InvokerServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _data = new();
    private readonly WebApplication _app;
    private readonly WorkerMetrics _metrics;
    private readonly ModuleCache _modules;
    private readonly FileCache _files;
    private readonly CrashRecord _crashes;
    private static readonly OutboundConnector s_connector = new(new AddressPolicy([], [], () => new HashSet<int>()));

    private readonly OutboundClients _outbound = new(s_connector, TimeProvider.System);

    private InvokerServer(FakeRunner runner, InvokerServerOptions options)
    {
        var module = Source.Add("module a");
        var version = new VersionDocument
        {
            Components =
            [
                new ComponentDocument { Id = "web", ModuleSha256 = module, Limits = options.Limits, Environment = new Dictionary<string, string> { ["GREETING"] = "hi" } },
            ],
            Routes = [new RouteDocument("/...", "web")],
            Receipts = options.Receipts,
        };
        var versions = ImmutableDictionary<int, VersionDocument>.Empty.Add(3, version);
        Snapshots.Current = new PlatformSnapshot(1, ((string[])["acme", "other"]).ToImmutableDictionary(
            static tenant => new AppKey(tenant, "shop"), tenant => new AppSnapshot(1, tenant, "shop", 3, versions)))
        {
            Tenants = ImmutableDictionary<string, TenantSnapshot>.Empty.Add("acme", new TenantSnapshot(7, options.Quota, 1)).Add("other", new TenantSnapshot(8, TenantQuota.Default, 1)),
        };
        Allowance = new LocalAllowance(options.Time);
        Usage = new UsageTable(options.Time);
        Series = new SeriesTable(options.Time);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddMetrics();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        _metrics = new WorkerMetrics(_app.Services.GetRequiredService<IMeterFactory>());
        var artifacts = new ArtifactCache(
            _data.Path, Path.GetTempPath(), runner.Fingerprint, key: null, long.MaxValue, new ModuleFetcher(Source, 1 << 20), Compiler, peers: null, TimeProvider.System, NullLogger<ArtifactCache>.Instance);
        _crashes = new CrashRecord(_data.Path, runner.Fingerprint, options.Threads, NullLogger.Instance);
        _files = new FileCache(_data.Path, new FileFetcher(Source), 1 << 20, TimeProvider.System, NullLogger<FileCache>.Instance);
        _modules = new ModuleCache(artifacts, runner, 10, 1 << 20, TimeProvider.System);
        Scheduler = new GuestScheduler(
            options.Permits, options.Threads, options.Queue, options.QueueTimeout, TimeProvider.System, NullLogger<GuestScheduler>.Instance);
        Invoker = new Invoker(
            new ComponentResolver(Snapshots, _files, new CapabilityServers(new KeyValueServer(new PlatformRedis(null, "platform"), 0, NullLogger<KeyValueServer>.Instance), new LocalSqliteHost(_data.Path, 1 << 20, TimeSpan.FromSeconds(5)), new RedisServers(s_connector, TimeProvider.System), new SqlServers(s_connector, TimeProvider.System), s_connector), 128 << 20),
            _modules,
            Scheduler,
            new MemoryBudget(1 << 30),
            new InvocationPool(runner, _outbound, new AppCallHandler(Snapshots), Logs, _crashes, TimeProvider.System, options.Threads),
            _metrics,
            new InvocationLedger(
                Usage,
                Series,
                new RequestRecorder(Requests, new RequestRates(options.FailedRequestsKept, options.RequestsKept, options.Time), _metrics, TimeProvider.System),
                TimeProvider.System),
            Allowance,
            _crashes,
            TimeProvider.System,
            NullLogger<Invoker>.Instance);
        _app.Run(AnswerAsync);
    }

    public CurrentSnapshot Snapshots { get; } = new();

    public MemoryModuleSource Source { get; } = new();

    public FakeCompiler Compiler { get; } = new();

    public CollectingLogSink Logs { get; } = new();

    public CollectingRequestSink Requests { get; } = new();

    public UsageTable Usage { get; }

    public SeriesTable Series { get; }

    public LocalAllowance Allowance { get; }

    public GuestScheduler Scheduler { get; }

    public Invoker Invoker { get; }

    public ConcurrentQueue<InvocationOutcome> Outcomes { get; } = new();

    public HttpClient Client { get; private set; } = null!;

    public HttpClient Http2 { get; private set; } = null!;

    public static Task<InvokerServer> StartAsync(Func<SandboxRequest, SandboxOutcome> guest, InvokerServerOptions? options = null) =>
        StartAsync(new FakeRunner(guest), options);

    public static async Task<InvokerServer> StartAsync(FakeRunner runner, InvokerServerOptions? options = null)
    {
        var server = new InvokerServer(runner, options ?? new InvokerServerOptions());
        await server._app.StartAsync();
        var urls = server._app.Urls.ToList();
        server.Client = new HttpClient { BaseAddress = new Uri(urls[0]), Timeout = TimeSpan.FromSeconds(30) };
        server.Http2 = new HttpClient
        {
            BaseAddress = new Uri(urls[1]),
            Timeout = TimeSpan.FromSeconds(30),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http2.Dispose();
        await _app.StopAsync();
        Assert.True(await Scheduler.DrainAsync(TimeSpan.FromSeconds(20)), "the guests ended");
        Scheduler.JoinThreads();
        Scheduler.Dispose();
        _modules.Dispose();
        _files.Dispose();
        _crashes.Dispose();
        _outbound.Dispose();
        _metrics.Dispose();
        await _app.DisposeAsync();
        _data.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var outcome = await Invoker.InvokeAsync(http, new InvocationTarget
        {
            Tenant = http.Request.Headers["test-tenant"].FirstOrDefault() ?? "acme",
            App = "shop",
            Version = int.Parse(http.Request.Headers["test-version"].FirstOrDefault() ?? "3", null),
            Component = "web",
            RequestId = "req-1",
            Route = "/base/...",
            PathInfo = path.StartsWith("/base/", StringComparison.Ordinal) ? path[5..] : "",
            SpinHeaders = [new("spin-path-info", "/x")],
        });
        Outcomes.Enqueue(outcome);
        if (outcome.Status == InvocationStatus.Guest)
        {
            return;
        }

        if (outcome.HeadSent)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        http.Response.Headers["test-outcome"] = outcome.Status.ToString();
        http.Response.Headers.RetryAfter = outcome.RetryAfterSeconds?.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
