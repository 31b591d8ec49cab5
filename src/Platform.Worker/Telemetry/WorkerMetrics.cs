using System.Diagnostics;
using System.Diagnostics.Metrics;
using Platform.Contracts.Invocation;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Admission;

namespace Platform.Worker.Telemetry;

/// <summary>
/// All instruments of the worker; meter and activity source are both named <see cref="Name"/>. Units are seconds, bytes and counts as OpenTelemetry's
/// conventions ask for. Tags are few and bounded: outcome and kind of trigger, never tenant or app.
/// </summary>
public sealed class WorkerMetrics : IDisposable
{
    /// <summary>The meter's and the activity source's name, for the host to listen to.</summary>
    public const string Name = "Platform.Worker";

    // From 10 µs to 30 s: the fastest guests take tens of microseconds, the wall limit is 30 s.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private static readonly ActivitySource Activities = new(Name);
    private static readonly string[] StatusNames = [.. Enum.GetNames<InvocationStatus>().Select(ToSnakeCase)];
    private static readonly string[] CauseNames = [.. Enum.GetNames<SandboxOutcome>().Select(ToSnakeCase)];

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _queueTime;
    private readonly Histogram<double> _instantiate;
    private readonly Counter<long> _fuel;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _coldStarts;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _records;
    private long _failuresNotKept;

    /// <summary>Creates the instruments.</summary>
    public WorkerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _duration = _meter.CreateHistogram("platform.worker.request.duration", "s", "Time of an invocation, queue and sending included", null, Durations);
        _queueTime = _meter.CreateHistogram("platform.worker.queue.duration", "s", "Time a request waited for a guest thread and a run permit", null, Durations);
        _instantiate = _meter.CreateHistogram("platform.worker.instantiate.duration", "s", "Time to make a request's store and instances", null, Durations);
        _fuel = _meter.CreateCounter<long>("platform.worker.fuel", "{fuel}", "Fuel used by guests");
        _failures = _meter.CreateCounter<long>("platform.worker.failures", "{request}", "Guests that didn't complete, by cause");
        _messages = _meter.CreateCounter<long>("platform.worker.messages", "{message}", "Messages of channels, by outcome; dropped ones never ran");
        _records = _meter.CreateCounter<long>("platform.worker.records", "{request}", "Requests that were kept, failed ones and samples of the others");
        _meter.CreateObservableCounter("platform.worker.records.dropped", () => Volatile.Read(ref _failuresNotKept), "{request}", "Failed requests that weren't kept since their app had too many");
        _coldStarts = _meter.CreateCounter<long>("platform.worker.cold_starts", "{request}", "Requests that waited for their module to be loaded");
    }

    internal void Observe(GuestScheduler scheduler, MemoryBudget memory, Func<int> modules, Func<int> quarantined)
    {
        _meter.CreateObservableUpDownCounter("platform.worker.instances", () => scheduler.Running, "{request}", "Requests in a sandbox, waiting ones included");
        _meter.CreateObservableUpDownCounter("platform.worker.queue.length", () => scheduler.Queued, "{request}", "Requests waiting for a thread and a permit");
        _meter.CreateObservableUpDownCounter("platform.worker.threads", () => scheduler.Threads, "{thread}", "Guest threads");
        _meter.CreateObservableUpDownCounter("platform.worker.memory.charged", () => memory.Charged, "By", "Memory that guests hold");
        _meter.CreateObservableUpDownCounter("platform.worker.memory.limit", () => memory.Bytes, "By", "The node's memory for guests");
        _meter.CreateObservableUpDownCounter("platform.worker.modules", modules, "{module}", "Modules loaded");
        _meter.CreateObservableUpDownCounter("platform.worker.quarantined", quarantined, "{module}", "Modules that aren't run since the process ended with them again and again");
    }

    internal static Activity? StartActivity(InvocationTarget target)
    {
        if (!Activities.HasListeners() || Activities.StartActivity("sandbox") is not { } activity)
        {
            return null;
        }

        activity.SetTag("platform.tenant", target.Tenant);
        activity.SetTag("platform.app", target.App);
        activity.SetTag("platform.version", target.Version);
        activity.SetTag("platform.component", target.Component);
        activity.SetTag("platform.request_id", target.RequestId);
        return activity;
    }

    internal static Activity? StartSpan(string name, ActivityKind kind, ActivityContext parent, DateTimeOffset start) =>
        Activities.StartActivity(name, kind, parent, startTime: start);

    internal void Ended(string trigger, InvocationStatus status, TimeSpan duration, Activity? activity)
    {
        _duration.Record(
            duration.TotalSeconds,
            new KeyValuePair<string, object?>("outcome", StatusNames[(int)status]),
            new KeyValuePair<string, object?>("trigger", trigger));
        if (activity is not null)
        {
            activity.SetTag("platform.outcome", StatusNames[(int)status]);
            if (status is not (InvocationStatus.Guest or InvocationStatus.ClientGone))
            {
                activity.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    internal void Kept(bool isFailure) => _records.Add(1, new KeyValuePair<string, object?>("kind", isFailure ? "failure" : "sample"));

    internal void FailureNotKept() => Interlocked.Increment(ref _failuresNotKept);

    internal void MessageEnded(InvocationStatus? status) =>
        _messages.Add(1, new KeyValuePair<string, object?>("outcome", status is { } ended ? StatusNames[(int)ended] : "dropped"));

    internal void Ran(in SandboxResult result, TimeSpan queued, bool isCold, Activity? activity)
    {
        _queueTime.Record(queued.TotalSeconds);
        _instantiate.Record(result.Instantiate.TotalSeconds);
        _fuel.Add(result.Fuel);
        if (result.Outcome != SandboxOutcome.Completed)
        {
            _failures.Add(1, new KeyValuePair<string, object?>("cause", CauseNames[(int)result.Outcome]));
        }

        if (isCold)
        {
            _coldStarts.Add(1);
        }

        activity?.SetTag("platform.fuel", result.Fuel);
        activity?.SetTag("platform.memory", result.MemoryBytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static string ToSnakeCase(string name) =>
        string.Concat(name.Select(static (c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
