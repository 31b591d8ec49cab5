using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Invocation;
using Platform.Contracts.Versions;
using Platform.Runtime;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Admission;
using Platform.Worker.AppCalls;
using Platform.Worker.Artifacts;
using Platform.Worker.Logs;
using Platform.Worker.Telemetry;

namespace Platform.Worker.Invocation;

/// <summary>Runs one request in a sandbox and sends its response. Thread-safe.</summary>
/// <remarks>
/// 1. The version is looked up in the worker's own snapshot. 2. The tenant's concurrency. 3. A lease on the loaded module. 4. The queue for a thread and a
/// permit. 5. The guest runs while this side sends what it writes. 6. The outcome: a whole response, or a cause that the caller answers for.
/// </remarks>
public sealed partial class Invoker
{
    private const int RetryAfterSeconds = 1;

    private readonly ComponentResolver _components;
    private readonly ModuleCache _modules;
    private readonly GuestScheduler _scheduler;
    private readonly MemoryBudget _memory;
    private readonly InvocationPool _pool;
    private readonly WorkerMetrics _metrics;
    private readonly int _tenantConcurrency;
    private readonly TimeProvider _time;
    private readonly ILogger<Invoker> _logger;

    internal Invoker(
        ComponentResolver components,
        ModuleCache modules,
        GuestScheduler scheduler,
        MemoryBudget memory,
        InvocationPool pool,
        WorkerMetrics metrics,
        int tenantConcurrency,
        TimeProvider time,
        ILogger<Invoker> logger)
    {
        _components = components;
        _modules = modules;
        _scheduler = scheduler;
        _memory = memory;
        _pool = pool;
        _metrics = metrics;
        _tenantConcurrency = tenantConcurrency;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Runs the target. On <see cref="InvocationStatus.Guest"/> the response is complete. On any other the response is untouched, for the caller to answer,
    /// unless <see cref="InvocationOutcome.HeadSent"/>: then the caller must abort it.
    /// </summary>
    public async ValueTask<InvocationOutcome> InvokeAsync(HttpContext http, InvocationTarget target)
    {
        var started = _time.GetTimestamp();
        using var activity = WorkerMetrics.StartActivity(target);
        var outcome = await AdmitAsync(http, target, activity);
        _metrics.Ended(outcome.Status, _time.GetElapsedTime(started), activity);
        return outcome;
    }

    private async ValueTask<InvocationOutcome> AdmitAsync(HttpContext http, InvocationTarget target, Activity? activity)
    {
        if (_components.Find(target) is not var (component, version))
        {
            return new InvocationOutcome(InvocationStatus.Stale);
        }

        if (SandboxRequests.IsBodyTooLarge(http, component.BodyBytes))
        {
            return new InvocationOutcome(InvocationStatus.BodyTooLarge);
        }

        var lane = _scheduler.LaneOf(target.Tenant);
        if (!lane.TryEnter(_tenantConcurrency))
        {
            return new InvocationOutcome(InvocationStatus.TenantConcurrency, RetryAfterSeconds: RetryAfterSeconds);
        }

        try
        {
            var module = _modules.TryLease(component.Document.ModuleSha256);
            var isCold = module is null;
            module ??= await LoadAsync(http, target, component);
            if (module is null)
            {
                return new InvocationOutcome(
                    http.RequestAborted.IsCancellationRequested ? InvocationStatus.ClientGone : InvocationStatus.Capacity, RetryAfterSeconds: RetryAfterSeconds);
            }

            try
            {
                return await RunAsync(http, target, component, version, lane, module, isCold, activity);
            }
            finally
            {
                module.Release();
            }
        }
        finally
        {
            lane.Leave();
        }
    }

    private async ValueTask<CachedModule?> LoadAsync(HttpContext http, InvocationTarget target, ResolvedComponent component)
    {
        try
        {
            return await _modules.LeaseAsync(component.Document.ModuleSha256, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception failure) when (failure is HandlerRefusedException or ModuleUnavailableException)
        {
            LogNotLoaded(target.Tenant, target.App, target.Version, component.Document.ModuleSha256, failure.Message);
            return null;
        }
    }

    private async ValueTask<InvocationOutcome> RunAsync(
        HttpContext http,
        InvocationTarget target,
        ResolvedComponent component,
        VersionDocument version,
        TenantLane lane,
        CachedModule module,
        bool isCold,
        Activity? activity)
    {
        var invocation = _pool.Rent();
        try
        {
            invocation.Response.IsHead = HttpMethods.IsHead(http.Request.Method);
            invocation.Log.Begin(new LogIdentity(target.Tenant, target.App, target.Version, target.Component, target.RequestId), component.LogBytes);
            invocation.Outbound.Begin(
                new AppCaller(target.Tenant, target.App, target.Version, target.RequestId, target.Depth), component.Hosts, component.OutboundRequests, activity);
            invocation.Capabilities.Begin(component.Capabilities);
            var request = SandboxRequests.Create(http, target, component, module.Module.Kind, invocation, _memory, version.Receipts);
            invocation.Begin(http, module.Module, request);
            if (!_scheduler.TryEnqueue(lane, invocation))
            {
                return new InvocationOutcome(InvocationStatus.Capacity, RetryAfterSeconds: RetryAfterSeconds);
            }

            var sending = await SendWhileRunningAsync(http, invocation, version.Receipts);
            if (invocation.WasDropped)
            {
                return new InvocationOutcome(InvocationStatus.Capacity, RetryAfterSeconds: RetryAfterSeconds);
            }

            _metrics.Ran(invocation.Result, invocation.Queued, isCold, activity);
            return await ConcludeAsync(http, target, invocation, sending, version.Receipts, isCold);
        }
        finally
        {
            invocation.Log.End();
            _pool.Return(invocation);
        }
    }

    private static async ValueTask<SendResult> SendWhileRunningAsync(HttpContext http, Invocation invocation, bool receipts)
    {
        var sending = SendResult.Sent;
        while (true)
        {
            await invocation.Signal.WaitAsync();
            if (invocation.HasEnded)
            {
                return sending;
            }

            if (sending == SendResult.Sent)
            {
                sending = await invocation.Sender.SendPendingAsync(http, receipts);
                if (sending != SendResult.Sent)
                {
                    // The guest is stopped through the request's abort; a bad head can still be answered for, so that guest runs to its end unheard.
                    invocation.Response.Abandon();
                }
            }
        }
    }

    private async ValueTask<InvocationOutcome> ConcludeAsync(
        HttpContext http, InvocationTarget target, Invocation invocation, SendResult sending, bool receipts, bool isCold)
    {
        var status = StatusOf(invocation.Result.Outcome);
        if (invocation.Fault is { } fault)
        {
            LogFault(fault, target.Tenant, target.App, target.RequestId);
            status = InvocationStatus.Trap;
        }
        else if (status == InvocationStatus.Guest && !invocation.Response.IsComplete)
        {
            status = InvocationStatus.NoResponse;
        }

        if (status == InvocationStatus.Guest)
        {
            if (sending == SendResult.Sent)
            {
                var receipt = receipts ? Receipt.Format(invocation.Result, target.Version, isCold) : null;
                sending = await invocation.Sender.SendRestAsync(http, receipt);
            }

            status = sending switch
            {
                SendResult.ClientGone => InvocationStatus.ClientGone,
                SendResult.BadResponse => InvocationStatus.BadResponse,
                _ => InvocationStatus.Guest,
            };
        }

        if (status is not (InvocationStatus.Guest or InvocationStatus.ClientGone))
        {
            invocation.Log.WritePlatform($"{Describe(status)}{(invocation.Result.Detail is { } detail ? $": {detail}" : "")}");
            if (!invocation.Sender.HeadSent)
            {
                http.Response.Clear();
            }
        }

        return new InvocationOutcome(status, invocation.Sender.HeadSent, status == InvocationStatus.Capacity ? RetryAfterSeconds : null);
    }

    private static InvocationStatus StatusOf(SandboxOutcome outcome) => outcome switch
    {
        SandboxOutcome.Completed => InvocationStatus.Guest,
        SandboxOutcome.Trap => InvocationStatus.Trap,
        SandboxOutcome.Fuel => InvocationStatus.Fuel,
        SandboxOutcome.Wall => InvocationStatus.Wall,
        SandboxOutcome.NoResponse => InvocationStatus.NoResponse,
        SandboxOutcome.NodeMemory or SandboxOutcome.NoSlot or SandboxOutcome.Files => InvocationStatus.Capacity,
        SandboxOutcome.Aborted => InvocationStatus.ClientGone,
        SandboxOutcome.RequestBody => InvocationStatus.BodyTooLarge,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    private static string Describe(InvocationStatus status) => status switch
    {
        InvocationStatus.Trap => "trap",
        InvocationStatus.Fuel => "out of fuel",
        InvocationStatus.Wall => "over its wall time",
        InvocationStatus.NoResponse => "no response",
        InvocationStatus.BadResponse => "the response's content-length or status is wrong",
        InvocationStatus.BodyTooLarge => "request body over its limit",
        InvocationStatus.Capacity => "the node has no room",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    [LoggerMessage(3201, LogLevel.Error, "Version {Version} of {Tenant}/{App} can't run, its module sha256:{Sha256} is not to be had: {Reason}")]
    private partial void LogNotLoaded(string tenant, string app, int version, string sha256, string reason);

    [LoggerMessage(3202, LogLevel.Critical, "The sandbox failed on request {RequestId} of {Tenant}/{App}")]
    private partial void LogFault(Exception fault, string tenant, string app, string requestId);
}
