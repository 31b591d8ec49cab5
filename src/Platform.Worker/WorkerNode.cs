using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Contracts.Invocation;
using Platform.Contracts.Logs;
using Platform.Contracts.Modules;
using Platform.Contracts.Requests;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Usage;
using Platform.Redis;
using Platform.Redis.Messages;
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
using Platform.Worker.Triggers;
using Platform.Worker.Usage;
using BacklogPolicy = StackExchange.Redis.BacklogPolicy;

namespace Platform.Worker;

/// <summary>The worker's parts, put together once: plan, engine, caches, scheduler. Its disposal ends them in reverse order.</summary>
internal sealed partial class WorkerNode : IAsyncDisposable
{
    private readonly EngineRunner _runner;
    private readonly CompileProcess _compiler;
    private readonly ModuleCache _modules;
    private readonly ArtifactWarmup _warmup;
    private readonly CancellationTokenSource _stopping = new();
    private readonly FileCache _files;
    private readonly CapabilityServers _servers;
    private readonly GuestScheduler _scheduler;
    private readonly MessageTriggers _triggers;
    private readonly UsageFlusher _usage;
    private readonly TenantExchange[] _exchanges;
    private readonly CrashRecord _crashes;
    private readonly OutboundClients _outbound;
    private readonly TimeSpan _drain;
    private Task _warming = Task.CompletedTask;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkerNode> _logger;

    public WorkerNode(
        IOptions<WorkerOptions> settings,
        ISnapshotSource snapshots,
        IModuleSource source,
        IAppLogSink logs,
        IRequestSink requests,
        IUsageSink sink,
        WorkerMetrics metrics,
        PlatformRedis redis,
        IServer server,
        TimeProvider time,
        ILoggerFactory loggers,
        IArtifactPeers? peers = null,
        ISqliteHost? sqlite = null)
    {
        var options = settings.Value;
        var node = NodeResources.Read();
        _logger = loggers.CreateLogger<WorkerNode>();
        _drain = options.DrainTimeout;
        _time = time;
        Plan = NodePlan.Compute(options, node);
        LogPlan(
            node.MemoryBytes >> 20, node.MemorySource, node.Processors, Plan.MemoryBytes >> 20, Plan.GuestThreads, Plan.Slots, Plan.RunPermits, Plan.Compiles,
            options.QueueLength);

        _runner = new EngineRunner(new SandboxEngineOptions { Slots = Plan.Slots, MaxMemoryBytes = options.MaxMemoryBytes });
        _crashes = new CrashRecord(options.DataDirectory, _runner.Fingerprint, Plan.GuestThreads, _logger);
        _compiler = new CompileProcess(options, Plan.Compiles, time, loggers.CreateLogger<CompileProcess>());
        var artifacts = new ArtifactCache(
            options.DataDirectory,
            Path.GetTempPath(),
            _runner.Fingerprint,
            options.ArtifactKey is { } shared ? [.. shared] : null,
            options.ArtifactCacheBytes,
            new ModuleFetcher(source, options.MaxModuleBytes),
            _compiler,
            peers,
            time,
            loggers.CreateLogger<ArtifactCache>());
        _modules = new ModuleCache(artifacts, _runner, options.ModuleCacheEntries, options.ModuleCacheBytes, time);
        _warmup = new ArtifactWarmup(snapshots, artifacts, _modules, _compiler, loggers.CreateLogger<ArtifactWarmup>());
        _files = new FileCache(options.DataDirectory, new FileFetcher(source), options.FileCacheBytes, time, loggers.CreateLogger<FileCache>());
        var connector = new OutboundConnector(OutboundNetworks.Policy(options, new OwnPorts(server).Read));
        _outbound = new OutboundClients(connector, time);
        _servers = new CapabilityServers(
            new KeyValueServer(new PlatformRedis(options.KeyValueConnection, "platform-key-value", BacklogPolicy.FailFast), options.KeyValueBytes, loggers.CreateLogger<KeyValueServer>()),
            sqlite ?? new LocalSqliteHost(options.DataDirectory, options.SqliteBytes, options.SqliteStatementTime),
            new RedisServers(connector, time),
            new SqlServers(connector, time),
            connector);
        _scheduler = new GuestScheduler(
            Plan.RunPermits, Plan.GuestThreads, options.QueueLength, options.QueueTimeout, time, loggers.CreateLogger<GuestScheduler>());
        var memory = new MemoryBudget(Plan.MemoryBytes);
        metrics.Observe(_scheduler, memory, () => _modules.Count, () => _crashes.Count);
        Parts = new WorkerParts(
            new ModulePreparer(_modules, _crashes, loggers.CreateLogger<ModulePreparer>()), new AppDataPurger(_servers.KeyValue, _servers.Sqlite), artifacts, () => _scheduler.Running, Plan.GuestThreads);
        var calls = new AppCallHandler(snapshots);
        var usage = new UsageTable(time);
        var series = options.Series ? new SeriesTable(time) : null;
        var rates = options.SharesTenants ? new SharedRates(new RedisRateCounters(redis), time, _logger) : null;
        var places = options.SharesTenants ? new SharedPlaces(new RedisPlaceLeases(redis), time, _logger) : null;
        _exchanges = [.. new TenantExchange?[] { rates, places }.OfType<TenantExchange>()];
        var allowance = new LocalAllowance(time, rates, places);
        _usage = new UsageFlusher(usage, series, sink, allowance, options.WorkerId, options.UsageFlushInterval, time, _logger);
        Invoker = new Invoker(
            new ComponentResolver(snapshots, _files, _servers, options.MaxMemoryBytes),
            _modules,
            _scheduler,
            memory,
            new InvocationPool(_runner, _outbound, calls, logs, _crashes, time, Plan.GuestThreads),
            metrics,
            new InvocationLedger(
                usage, series, new RequestRecorder(requests, new RequestRates(options.FailedRequestsKept, options.RequestsKept, time), metrics, time), time),
            allowance,
            _crashes,
            time,
            loggers.CreateLogger<Invoker>());
        calls.Connect(Invoker.InvokeAsync);
        _triggers = new MessageTriggers(new MessageServices
        {
            Snapshots = snapshots,
            InvokeAsync = Invoker.InvokeAsync,
            Server = redis,
            Board = new TriggerBoard(redis),
            Tenants = _servers.Redis,
            Logs = logs,
            Metrics = metrics,
            Ids = new RequestIds(time),
            WorkerId = options.WorkerId,
            Concurrency = options.MessageConcurrency,
            QueueLength = options.MessageQueueLength,
            Time = time,
            Logger = loggers.CreateLogger<MessageTriggers>(),
        });
    }

    public NodePlan Plan { get; }

    public Invoker Invoker { get; }

    public WorkerParts Parts { get; }

    /// <summary>Begins what runs without a request: once the server listens, since its own ports are out of bounds for tenants' connections.</summary>
    public void Start()
    {
        PoolThreads.Make();
        _usage.Start();
        Array.ForEach(_exchanges, static exchange => exchange.Start());
        _triggers.Start();
        _warming = Task.Run(() => _warmup.RunAsync(_stopping.Token));
    }

    /// <summary>No new work; what runs may end within the drain time, then its clients are cut off, which stops the guests; the threads are joined; the last usage is reported.</summary>
    public async Task StopAsync()
    {
        var stopping = _time.GetTimestamp();
        await _stopping.CancelAsync();
        await _warming.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _triggers.StopAsync(_drain);
        if (!await _scheduler.DrainAsync(_drain - _time.GetElapsedTime(stopping)))
        {
            LogCutOff(_scheduler.Running);
            _scheduler.AbortAll();
            await _scheduler.DrainAsync(TimeSpan.FromSeconds(5));
        }

        _scheduler.JoinThreads();
        _crashes.EndedWell();
        try
        {
            await Task.WhenAll(_exchanges.Select(static exchange => exchange.StopAsync()));
        }
        finally
        {
            await _usage.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _stopping.Dispose();
        _scheduler.Dispose();
        _triggers.Dispose();
        _usage.Dispose();
        Array.ForEach(_exchanges, static exchange => exchange.Dispose());
        await _servers.DisposeAsync();
        _outbound.Dispose();
        _modules.Dispose();
        _files.Dispose();
        _compiler.Dispose();
        if (_scheduler.Running == 0)
        {
            // A guest that can't be stopped still runs in the engine: the process ends anyway, the engine with it.
            _runner.Dispose();
            _crashes.Dispose();
        }
    }

    [LoggerMessage(3301, LogLevel.Information, "Worker: the {Source} gives {MemoryMiB} MiB and {Processors} processors; {GuestMiB} MiB for guests, {Threads} requests at once in {Slots} instance slots, {Permits} running, {Compiles} compiling, {Queue} queued")]
    private partial void LogPlan(
        long memoryMiB, string source, int processors, long guestMiB, int threads, int slots, int permits, int compiles, int queue);

    [LoggerMessage(3302, LogLevel.Warning, "{Count} requests were still running when the drain time was over; they are cut off")]
    private partial void LogCutOff(int count);
}
