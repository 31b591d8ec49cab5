using Microsoft.Extensions.Logging;
using Platform.Contracts.Invocation;
using Platform.Contracts.Logs;
using Platform.Contracts.Snapshots;
using Platform.Redis;
using Platform.Redis.Messages;
using Platform.Worker.Capabilities.Redis;
using Platform.Worker.Telemetry;

namespace Platform.Worker.Triggers;

/// <summary>What the subscriptions of all apps share.</summary>
internal sealed record MessageServices
{
    /// <summary>Runs a handler.</summary>
    public required Func<ReadOnlyMemory<byte>, InvocationTarget, CancellationToken, ValueTask<InvocationOutcome>> InvokeAsync { get; init; }

    /// <summary>The apps.</summary>
    public required ISnapshotSource Snapshots { get; init; }

    /// <summary>The platform's Redis.</summary>
    public required PlatformRedis Server { get; init; }

    /// <summary>Who is subscribed for what.</summary>
    public required TriggerBoard Board { get; init; }

    /// <summary>Tenants' own servers.</summary>
    public required RedisServers Tenants { get; init; }

    /// <summary>Apps' logs.</summary>
    public required IAppLogSink Logs { get; init; }

    /// <summary>The instruments.</summary>
    public required WorkerMetrics Metrics { get; init; }

    /// <summary>Ids of messages.</summary>
    public required RequestIds Ids { get; init; }

    /// <summary>This worker's id among all that share the platform's Redis.</summary>
    public required string WorkerId { get; init; }

    /// <summary>Messages of an app that run at once.</summary>
    public required int Concurrency { get; init; }

    /// <summary>Messages of an app that wait.</summary>
    public required int QueueLength { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The node's log.</summary>
    public required ILogger Logger { get; init; }
}
