using System.Globalization;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Invocation;
using Platform.Contracts.Logs;
using Platform.Redis.Messages;
using Platform.Worker.Logs;

namespace Platform.Worker.Triggers;

/// <summary>
/// The messages of one app that have come and haven't ended: so many run at once, and so many wait; more are dropped, which the app's log and counts say. Thread-safe.
/// </summary>
internal sealed partial class MessageQueue(MessageServices services) : IDisposable
{
    /// <summary>Bytes of messages that wait.</summary>
    private const long MaxBytes = 16 << 20;

    // The tenant's other requests, or the node, may have no room for it now.
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Queue<MessageRun> _waiting = new();
    private readonly Dictionary<string, (MessageRun Last, long Count)> _overflows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TriggerCounts> _counts = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource? _empty;
    private long _bytes;
    private int _running;
    private bool _isClosed;

    /// <summary>Takes a message, or drops it.</summary>
    public void Add(MessageRun message)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            if (_running < services.Concurrency)
            {
                _running++;
                _ = Task.Run(() => RunAllAsync(message));
                return;
            }

            if (_waiting.Count < services.QueueLength && _bytes + message.Payload.Length <= MaxBytes)
            {
                _bytes += message.Payload.Length;
                _waiting.Enqueue(message);
                return;
            }

            _overflows[message.Trigger.Key] = (message, _overflows.GetValueOrDefault(message.Trigger.Key).Count + 1);
        }

        Count(message, null, new TriggerCounts(0, 0, 1));
    }

    /// <summary>What has been counted since the last time. The log is told of what was dropped at the door, in one line for all of a trigger.</summary>
    public IReadOnlyDictionary<string, TriggerCounts> TakeCounts()
    {
        Dictionary<string, TriggerCounts> counts;
        (MessageRun Last, long Count)[] overflows;
        lock (_gate)
        {
            counts = new Dictionary<string, TriggerCounts>(_counts, StringComparer.Ordinal);
            overflows = [.. _overflows.Values];
            _counts.Clear();
            _overflows.Clear();
        }

        foreach (var (message, count) in overflows)
        {
            Log(message, services.Ids.Next(), string.Create(
                CultureInfo.InvariantCulture,
                $"{count} messages of {message.Trigger.Channel} dropped: {services.Concurrency} were running and {services.QueueLength}, or {MaxBytes} bytes, waiting"));
        }

        return counts;
    }

    /// <summary>Counts again what couldn't be written down.</summary>
    public void Count(string trigger, TriggerCounts counts)
    {
        lock (_gate)
        {
            _counts[trigger] = _counts.GetValueOrDefault(trigger) + counts;
        }
    }

    /// <summary>Takes no more, and ends once those that are there have run; after the time they are stopped.</summary>
    public async Task CloseAsync(TimeSpan time)
    {
        Task ended;
        lock (_gate)
        {
            _isClosed = true;
            _empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ended = _empty.Task;
            if (_running == 0)
            {
                _empty.SetResult();
            }
        }

        await ended.WaitAsync(time, services.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync();
        await ended;
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task RunAllAsync(MessageRun? message)
    {
        while (message is not null)
        {
            var id = services.Ids.Next();
            try
            {
                await RunAsync(message, id);
            }
            catch (Exception failure)
            {
                // A fault of the platform's: the next message may fare better.
                LogFailed(services.Logger, failure, id, message.App.Tenant, message.App.App);
                Count(message, InvocationStatus.Trap, new TriggerCounts(0, 1, 0));
            }

            lock (_gate)
            {
                if (_waiting.TryDequeue(out message))
                {
                    _bytes -= message.Payload.Length;
                }
                else if (--_running == 0)
                {
                    _empty?.TrySetResult();
                }
            }
        }
    }

    private async Task RunAsync(MessageRun message, string id)
    {
        var target = message.Target(id);
        for (var retry = FirstRetry; !_stop.IsCancellationRequested; retry = retry * 2 < LastRetry ? retry * 2 : LastRetry)
        {
            var outcome = await services.InvokeAsync(message.Payload, target, _stop.Token);
            switch (outcome.Status)
            {
                case InvocationStatus.Guest:
                    Count(message, outcome.Status, new TriggerCounts(1, 0, 0));
                    return;
                case InvocationStatus.TenantConcurrency or InvocationStatus.RateLimit or InvocationStatus.Capacity when services.Time.GetElapsedTime(message.Arrived) < GiveUpAfter:
                    await Task.Delay(retry, services.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    break;
                case InvocationStatus.TenantConcurrency:
                    Drop(message, id, $"the tenant's other requests left no room for it for {GiveUpAfter.TotalSeconds:0} seconds");
                    return;
                case InvocationStatus.RateLimit:
                    Drop(message, id, $"the tenant's rate left no room for it for {GiveUpAfter.TotalSeconds:0} seconds");
                    return;
                case InvocationStatus.FuelQuota:
                    Drop(message, id, "the tenant's fuel of this month is used up");
                    return;
                case InvocationStatus.Quarantined:
                    Drop(message, id, "its module is in quarantine");
                    return;
                case InvocationStatus.Capacity:
                    Drop(message, id, $"the node had no room for it for {GiveUpAfter.TotalSeconds:0} seconds");
                    return;
                case InvocationStatus.BodyTooLarge:
                    Drop(message, id, $"its {message.Payload.Length} bytes are more than the component's request-body-bytes");
                    return;
                case InvocationStatus.Stale:
                    Drop(message, id, $"version {target.Version} is gone");
                    return;
                default:
                    Count(message, outcome.Status, new TriggerCounts(0, 1, 0));
                    return;
            }
        }

        Drop(message, id, "the worker stopped");
    }

    private void Drop(MessageRun message, string id, string why)
    {
        Log(message, id, $"message of {message.Trigger.Channel} dropped: {why}");
        Count(message, null, new TriggerCounts(0, 0, 1));
    }

    private void Log(MessageRun message, string id, string text)
    {
        var app = message.App;
        services.Logs.Write([new AppLogRecord(
            app.Tenant, app.App, services.Time.GetUtcNow(), app.Live!.Value, message.Trigger.Component, id, RequestLog.Platform, LogText.Escape(text))]);
    }

    private void Count(MessageRun message, InvocationStatus? status, TriggerCounts counts)
    {
        services.Metrics.MessageEnded(status);
        Count(message.Trigger.Key, counts);
    }

    [LoggerMessage(3401, LogLevel.Critical, "Message {RequestId} of {Tenant}/{App} failed in the worker")]
    private static partial void LogFailed(ILogger logger, Exception failure, string requestId, string tenant, string app);
}
