using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Invocation;
using Platform.Contracts.Logs;
using Platform.Contracts.Modules;
using Platform.Contracts.Quotas;
using Platform.Contracts.Requests;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Usage;
using Platform.Contracts.Versions;
using Platform.Redis;
using Platform.Worker.Invocation;
using Platform.Worker.Tests.Fakes;

namespace Platform.Worker.Tests.Engine;

/// <summary>The whole worker as a host composes it, with the real engine and compile process; one a test process, as the engine is. The app is named by the path's first segment.</summary>
public sealed class EngineServer : IAsyncLifetime
{
    internal const long GuestMemory = 256L << 20;

    private static readonly ImmutableDictionary<string, TenantSnapshot> s_tenants =
        ImmutableDictionary<string, TenantSnapshot>.Empty.Add("acme", new TenantSnapshot(1, new TenantQuota { Concurrency = 1000 }, 1));

    private readonly TemporaryDirectory _data = new();
    private readonly WebApplication _app;

    public EngineServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddLogging();
        builder.Services.AddSingleton<ISnapshotSource>(Snapshots);
        builder.Services.AddSingleton(new PlatformRedis(null, "platform"));
        builder.Services.AddSingleton<IModuleSource>(Source);
        builder.Services.AddSingleton<IAppLogSink>(Logs);
        builder.Services.AddSingleton<IRequestSink>(Requests);
        builder.Services.AddSingleton<IUsageSink>(Usage);
        builder.Services.AddWorker(options =>
        {
            options.DataDirectory = _data.Path;
            options.MemoryBytes = GuestMemory;
            options.UsageFlushInterval = TimeSpan.FromMilliseconds(100);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    internal CurrentSnapshot Snapshots { get; } = new();

    internal MemoryModuleSource Source { get; } = new();

    internal CollectingLogSink Logs { get; } = new();

    internal CollectingRequestSink Requests { get; } = new();

    internal CollectingUsageSink Usage { get; } = new();

    internal HttpClient Client { get; private set; } = null!;

    internal string DataDirectory => _data.Path;

    internal IModulePreparer Preparer => _app.Services.GetRequiredService<WorkerParts>().Preparer;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()), Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>Deploys a guest as an app and returns the app's name.</summary>
    internal string Deploy(string guest, LimitsDocument? limits = null, bool receipts = false)
    {
        var module = Source.Add(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "guests", guest + ".wasm")));
        var version = new VersionDocument
        {
            Components = [new ComponentDocument { Id = "web", ModuleSha256 = module, Limits = limits ?? new LimitsDocument() }],
            Routes = [new RouteDocument("/...", "web")],
            Receipts = receipts,
        };
        lock (_data)
        {
            var app = $"{guest}-{Snapshots.Current.Apps.Count}";
            var snapshot = new AppSnapshot(Snapshots.Current.Apps.Count + 1, "acme", app, 1, ImmutableDictionary<int, VersionDocument>.Empty.Add(1, version));
            Snapshots.Current = new PlatformSnapshot(Snapshots.Current.Revision + 1, Snapshots.Current.Apps.Add(new AppKey("acme", app), snapshot))
            {
                Tenants = s_tenants,
            };
            return app;
        }
    }

    /// <summary>The outcome (or the guest's status) and body of a GET.</summary>
    internal async Task<(string Outcome, string Body)> GetAsync(string app, string path)
    {
        using var response = await Client.GetAsync(new Uri($"/{app}{path}", UriKind.Relative));
        var outcome = response.Headers.TryGetValues("test-outcome", out var values) ? values.Single() : ((int)response.StatusCode).ToString(null, null);
        return (outcome, await response.Content.ReadAsStringAsync());
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var app = http.Request.Path.Value!.Split('/')[1];
        var features = http.Features.GetRequiredFeature<IHttpRequestFeature>();
        features.RawTarget = features.RawTarget[(app.Length + 1)..];
        var outcome = await http.RequestServices.GetRequiredService<Invoker>().InvokeAsync(http, new InvocationTarget
        {
            Tenant = "acme",
            App = app,
            Version = 1,
            Component = "web",
            RequestId = http.TraceIdentifier,
            Route = "/...",
        });
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
    }
}
