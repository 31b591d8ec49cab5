using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Invocation;
using Platform.Runtime;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Admission;
using Platform.Worker.AppCalls;
using Platform.Worker.Artifacts;
using Platform.Worker.Logs;
using Platform.Worker.Quarantining;
using Platform.Worker.Requests;
using Platform.Worker.Telemetry;
using Platform.Worker.Usage;

namespace Platform.Worker.Invocation;

/// <summary>Runs one request or message in a sandbox and sends its response. Thread-safe.</summary>
/// <remarks>
/// 1. The version is looked up in the worker's own snapshot. 2. The tenant's concurrency, rate and fuel of the month. 3. A lease on the loaded module. 4. The queue for a thread and a
/// permit. 5. The guest runs while this side sends what it writes. 6. The outcome: a whole response, or a cause that the caller answers for. 7. It is written down.
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
    private readonly InvocationLedger _ledger;
    private readonly ITenantAllowance _allowance;
    private readonly CrashRecord _crashes;
    private readonly TimeProvider _time;
    private readonly ILogger<Invoker> _logger;

    internal Invoker(
        ComponentResolver components,
        ModuleCache modules,
        GuestScheduler scheduler,
        MemoryBudget memory,
        InvocationPool pool,
        WorkerMetrics metrics,
        InvocationLedger ledger,
        ITenantAllowance allowance,
        CrashRecord crashes,
        TimeProvider time,
        ILogger<Invoker> logger)
    {
        _components = components;
        _modules = modules;
        _scheduler = scheduler;
        _memory = memory;
        _pool = pool;
        _metrics = metrics;
        _ledger = ledger;
        _allowance = allowance;
        _crashes = crashes;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Runs the target. On <see cref="InvocationStatus.Guest"/> the response is complete. On any other the response is untouched, for the caller to answer,
    /// unless <see cref="InvocationOutcome.HeadSent"/>: then the caller must abort it.
    /// </summary>
    public ValueTask<InvocationOutcome> InvokeAsync(HttpContext http, InvocationTarget target) => InvokeAsync(new HttpExchange(http), target);

    /// <summary>Runs the target's handler of messages. On <see cref="InvocationStatus.Guest"/> it took the message.</summary>
    /// <param name="message">The payload.</param>
    /// <param name="target">Whose handler.</param>
    /// <param name="cancellationToken">Stops the guest.</param>
    public ValueTask<InvocationOutcome> InvokeAsync(ReadOnlyMemory<byte> message, InvocationTarget target, CancellationToken cancellationToken) =>
        InvokeAsync(new MessageExchange(message, cancellationToken) { IsCounted = true }, target);

    private async ValueTask<InvocationOutcome> InvokeAsync(Exchange exchange, InvocationTarget target)
    {
        exchange.Began = _time.GetTimestamp();
        using var activity = WorkerMetrics.StartActivity(target);
        var outcome = new InvocationOutcome(InvocationStatus.Stale);
        if (_components.Find(target) is { } found)
        {
            outcome = await AdmitAsync(exchange, target, found, activity);
            if (!exchange.IsCounted && outcome.Status != InvocationStatus.Stale)
            {
                _ledger.Refused(exchange, target, found, outcome, activity);
            }
        }

        _metrics.Ended(exchange.Trigger, outcome.Status, _time.GetElapsedTime(exchange.Began), activity);
        return outcome;
    }

    private async ValueTask<InvocationOutcome> AdmitAsync(Exchange exchange, InvocationTarget target, FoundComponent found, Activity? activity)
    {
        var component = found.Component;
        if (exchange.IsTooLarge(component))
        {
            return new InvocationOutcome(InvocationStatus.BodyTooLarge);
        }

        var lane = _scheduler.LaneOf(target.Tenant);
        if (!_allowance.TryEnter(lane, found.Tenant))
        {
            return new InvocationOutcome(InvocationStatus.TenantConcurrency, RetryAfterSeconds: RetryAfterSeconds);
        }

        try
        {
            if (!_allowance.TryTake(lane, found.Tenant, target.Depth > 0, out var refusal))
            {
                TellOfQuota(target, lane, refusal.Status);
                return refusal;
            }

            if (_crashes.IsQuarantined(component.Document.ModuleSha256))
            {
                TellOfQuarantine(target, lane, component.Document.ModuleSha256);
                return new InvocationOutcome(InvocationStatus.Quarantined);
            }

            var module = _modules.TryLease(component.Document.ModuleSha256);
            var isCold = module is null;
            module ??= await LoadAsync(exchange, target, component);
            if (module is null)
            {
                return new InvocationOutcome(
                    exchange.Aborted.IsCancellationRequested ? InvocationStatus.ClientGone : InvocationStatus.Capacity, RetryAfterSeconds: RetryAfterSeconds);
            }

            try
            {
                // A deploy makes sure of the handlers that its triggers need; other components of the app may call any.
                return (module.Module.Kinds & exchange.Handlers) != 0
                    ? await RunAsync(exchange, target, found, lane, module, isCold, activity)
                    : new InvocationOutcome(InvocationStatus.Stale);
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

    private async ValueTask<CachedModule?> LoadAsync(Exchange exchange, InvocationTarget target, ResolvedComponent component)
    {
        try
        {
            return await _modules.LeaseAsync(component.Document.ModuleSha256, exchange.Aborted);
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
        Exchange exchange,
        InvocationTarget target,
        FoundComponent found,
        TenantLane lane,
        CachedModule module,
        bool isCold,
        Activity? activity)
    {
        var (component, version) = (found.Component, found.Version);
        var invocation = _pool.Rent();
        try
        {
            invocation.Log.Begin(new LogIdentity(target.Tenant, target.App, target.Version, target.Component, target.RequestId), component.LogBytes);
            invocation.Outbound.Begin(
                new AppCaller(target.Tenant, target.App, target.Version, target.RequestId, target.Depth), component.Hosts, component.OutboundRequests, activity);
            invocation.Capabilities.Begin(component.Capabilities);
            invocation.Begin(exchange, module, exchange.CreateRequest(target, component, module.Module.Kinds, invocation, _memory), version.Receipts);
            if (!_scheduler.TryEnqueue(lane, invocation))
            {
                return new InvocationOutcome(InvocationStatus.Capacity, RetryAfterSeconds: RetryAfterSeconds);
            }

            await exchange.WaitForEndAsync(invocation);
            if (invocation.WasDropped)
            {
                return new InvocationOutcome(InvocationStatus.Capacity, RetryAfterSeconds: RetryAfterSeconds);
            }

            _metrics.Ran(invocation.Result, invocation.Queued, isCold, activity);
            _allowance.Used(found.Tenant, invocation.Result.Fuel);
            var outcome = await ConcludeAsync(exchange, target, invocation, version.Receipts ? Receipt.Format(invocation.Result, target.Version, isCold) : null);
            _ledger.Ran(exchange, target, found, outcome, invocation, isCold, activity);
            exchange.IsCounted = true;
            return outcome;
        }
        finally
        {
            invocation.Log.End();
            _pool.Return(invocation);
        }
    }

    private async ValueTask<InvocationOutcome> ConcludeAsync(Exchange exchange, InvocationTarget target, Invocation invocation, string? receipt)
    {
        var ended = StatusOf(invocation.Result.Outcome);
        if (invocation.Fault is { } fault)
        {
            LogFault(fault, target.Tenant, target.App, target.RequestId);
            ended = InvocationStatus.Trap;
        }

        var status = await exchange.FinishAsync(invocation, ended, receipt);
        if (status is not (InvocationStatus.Guest or InvocationStatus.ClientGone))
        {
            invocation.Log.WritePlatform($"{Describe(status)}{(invocation.Result.Detail is { } detail ? $": {detail}" : "")}");
        }

        return new InvocationOutcome(status, invocation.Sender.HeadSent, status == InvocationStatus.Capacity ? RetryAfterSeconds : null, exchange.ClientFault);
    }

    // Clients aren't told how a tenant stands, its developers are: not with each request.
    private void TellOfQuota(InvocationTarget target, TenantLane lane, InvocationStatus status)
    {
        if (status == InvocationStatus.FuelQuota && lane.IsTimeToTell(_time))
        {
            Tell(target, $"refused, as all requests are: the tenant's fuel of this month is used up; GET /v1/tenants/{target.Tenant}/quota says how it stands");
        }
    }

    private void TellOfQuarantine(InvocationTarget target, TenantLane lane, string sha256)
    {
        if (lane.IsTimeToTell(_time))
        {
            LogQuarantined(target.Version, target.Tenant, target.App, sha256);
            Tell(target, $"refused, as all requests are: module sha256:{sha256} ended the worker that ran it several times and isn't run any more; deploy another build of it, or ask the operator");
        }
    }

    private void Tell(InvocationTarget target, string text)
    {
        var invocation = _pool.Rent();
        invocation.Log.Begin(new LogIdentity(target.Tenant, target.App, target.Version, target.Component, target.RequestId), 0);
        invocation.Log.WritePlatform(text);
        invocation.Log.End();
        _pool.Return(invocation);
    }

    private static InvocationStatus StatusOf(SandboxOutcome outcome) => outcome switch
    {
        SandboxOutcome.Completed => InvocationStatus.Guest,
        SandboxOutcome.Trap => InvocationStatus.Trap,
        SandboxOutcome.Fuel => InvocationStatus.Fuel,
        SandboxOutcome.Wall => InvocationStatus.Wall,
        SandboxOutcome.NoResponse => InvocationStatus.NoResponse,
        SandboxOutcome.HandlerError => InvocationStatus.HandlerError,
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
        InvocationStatus.HandlerError => "failed",
        InvocationStatus.BadResponse => "the response's content-length or status is wrong",
        InvocationStatus.BodyTooLarge => "request body over its limit",
        InvocationStatus.Capacity => "the node has no room",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    [LoggerMessage(3201, LogLevel.Error, "Version {Version} of {Tenant}/{App} can't run, its module sha256:{Sha256} is not to be had: {Reason}")]
    private partial void LogNotLoaded(string tenant, string app, int version, string sha256, string reason);

    [LoggerMessage(3203, LogLevel.Error, "Version {Version} of {Tenant}/{App} is called, whose module sha256:{Sha256} is in quarantine")]
    private partial void LogQuarantined(int version, string tenant, string app, string sha256);

    [LoggerMessage(3202, LogLevel.Critical, "The sandbox failed on request {RequestId} of {Tenant}/{App}")]
    private partial void LogFault(Exception fault, string tenant, string app, string requestId);
}
