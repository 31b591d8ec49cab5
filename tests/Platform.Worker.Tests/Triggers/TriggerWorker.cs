using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;
using Platform.Redis;
using Platform.Redis.Messages;
using Platform.Worker.Capabilities.Redis;
using Platform.Worker.Outbound;
using Platform.Worker.Telemetry;
using Platform.Worker.Tests.Fakes;
using Platform.Worker.Triggers;

namespace Platform.Worker.Tests.Triggers;

/// <summary>The triggers of one worker, whose handlers are a function of the test.</summary>
internal sealed class TriggerWorker : IAsyncDisposable
{
    private readonly ServiceProvider _provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly WorkerMetrics _metrics;
    private readonly RedisServers _tenants = new(new OutboundConnector(new AddressPolicy([], [], static () => new HashSet<int>())), TimeProvider.System);
    private readonly MessageTriggers _triggers;
    private bool _isStopped;

    public TriggerWorker(string connection, ISnapshotSource snapshots, string id, Func<string, CancellationToken, ValueTask<InvocationStatus>>? handler = null)
    {
        Redis = new PlatformRedis(connection, id);
        Board = new TriggerBoard(Redis);
        _metrics = new WorkerMetrics(_provider.GetRequiredService<IMeterFactory>());
        _triggers = new MessageTriggers(new MessageServices
        {
            Snapshots = snapshots,
            InvokeAsync = async (message, target, cancellationToken) =>
            {
                var text = Encoding.UTF8.GetString(message.Span);
                Handled.Enqueue($"{target.App}/{target.Version}/{target.Component}: {text}");
                return new InvocationOutcome(handler is null ? InvocationStatus.Guest : await handler(text, cancellationToken));
            },
            Server = Redis,
            Board = Board,
            Tenants = _tenants,
            Logs = Logs,
            Metrics = _metrics,
            Ids = new RequestIds(TimeProvider.System),
            WorkerId = id,
            Concurrency = 4,
            QueueLength = 100,
            Time = TimeProvider.System,
            Logger = NullLogger.Instance,
        });
        _triggers.Start();
    }

    public ConcurrentQueue<string> Handled { get; } = new();

    public CollectingLogSink Logs { get; } = new();

    public PlatformRedis Redis { get; }

    public TriggerBoard Board { get; }

    /// <summary>Ends as a worker does that is told to.</summary>
    public async Task StopAsync(TimeSpan? drain = null)
    {
        if (!_isStopped)
        {
            _isStopped = true;
            await _triggers.StopAsync(drain ?? TimeSpan.FromSeconds(30));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _triggers.Dispose();
        _tenants.Dispose();
        _metrics.Dispose();
        await Redis.DisposeAsync();
        await _provider.DisposeAsync();
    }
}
