using Platform.Contracts.Logs;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Admission;
using Platform.Worker.AppCalls;
using Platform.Worker.Artifacts;
using Platform.Worker.Capabilities;
using Platform.Worker.Logs;
using Platform.Worker.Outbound;
using Platform.Worker.Quarantining;
using Platform.Worker.Requests;

namespace Platform.Worker.Invocation;

/// <summary>
/// One request or message on its way through the sandbox. Pooled: owned by the request's asynchronous side, lent to a guest thread from queueing until
/// <see cref="HasEnded"/>; signals that come late find it in use by another request and only make that look around.
/// </summary>
internal sealed class Invocation : GuestWork, IRunPermit
{
    private readonly ISandboxRunner _runner;
    private readonly CrashRecord _crashes;
    private readonly TimeProvider _time;
    private Exchange? _exchange;
    private CachedModule? _module;
    private SandboxRequest? _request;
    private GuestThread? _thread;
    private volatile bool _hasEnded;

    public Invocation(ISandboxRunner runner, OutboundClients outbound, AppCallHandler calls, IAppLogSink logs, CrashRecord crashes, TimeProvider time)
    {
        _runner = runner;
        _crashes = crashes;
        _time = time;
        Signal = new AsyncSignal();
        Response = new InvocationResponse(Signal);
        Log = new RequestLog(logs, time);
        Calls = new HostCalls(time);
        Sender = new ResponseSender(Response, Log);
        Outbound = new RequestOutbound(outbound, calls, Log, Calls);
        Capabilities = new RequestCapabilities(Outbound);
    }

    /// <summary>Set when there's something to send, and when the run has ended or was dropped.</summary>
    public AsyncSignal Signal { get; }

    public InvocationResponse Response { get; }

    public ResponseSender Sender { get; }

    public RequestLog Log { get; }

    /// <summary>What of the host the guest waited for.</summary>
    public HostCalls Calls { get; }

    public RequestOutbound Outbound { get; }

    public RequestCapabilities Capabilities { get; }

    /// <summary>Whether the client is to be told what the request cost.</summary>
    public bool HasReceipt { get; private set; }

    /// <summary>Whether the guest thread is done with this.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>It never ran: the queue's deadline, or the worker stopped.</summary>
    public bool WasDropped { get; private set; }

    /// <summary>What the run came to; once <see cref="HasEnded"/> and not dropped.</summary>
    public SandboxResult Result { get; private set; }

    /// <summary>What the runner threw, which is a bug of the platform's.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>When it was queued, a timestamp of the clock.</summary>
    public long Begun { get; private set; }

    /// <summary>Time between queueing and running.</summary>
    public TimeSpan Queued { get; private set; }

    public void Begin(Exchange exchange, CachedModule module, SandboxRequest request, bool hasReceipt)
    {
        HasReceipt = hasReceipt;
        _exchange = exchange;
        _module = module;
        _request = request;
        Calls.Begin();
        Begun = _time.GetTimestamp();
    }

    public override void Run(GuestThread thread)
    {
        _thread = thread;
        Queued = _time.GetElapsedTime(Begun);
        try
        {
            Result = _request!.Aborted.IsCancellationRequested
                ? new SandboxResult(SandboxOutcome.Aborted, null, 0, 0, default, default, default)
                : Run(_module!, _request, thread.Number);
        }
        catch (Exception fault)
        {
            // Handed to the request's own side to report: an exception here would end the process.
            Fault = fault;
        }

        // What follows is short (sending a response to the server's buffer), and a switch of threads costs as much as a small guest: so it is done here.
        _hasEnded = true;
        // Not by a thread with a lower priority, though: the rest isn't the guest's.
        if (thread.IsLong)
        {
            Signal.Signal();
        }
        else
        {
            Signal.SignalHere();
        }
    }

    private SandboxResult Run(CachedModule module, SandboxRequest request, int thread)
    {
        if (!module.IsNew)
        {
            return _runner.Run(module.Module, request);
        }

        _crashes.Journal.Begin(thread, module.Hash);
        try
        {
            return _runner.Run(module.Module, request);
        }
        finally
        {
            _crashes.Journal.End(thread);
            if (module.HasRun())
            {
                _crashes.Proven(module.Sha256);
            }
        }
    }

    public override void Dropped()
    {
        WasDropped = true;
        _hasEnded = true;
        Signal.Signal();
    }

    public override void Sweep()
    {
        Response.Sweep();
        Log.HandOverOld();
    }

    public override void Abort() => _exchange?.Abort();

    void IRunPermit.Release()
    {
        Response.SendPending();
        _thread!.ReleasePermit();
    }

    void IRunPermit.Acquire() => _thread!.AcquirePermit();

    void IRunPermit.Yield(TimeSpan used) => _thread!.YieldPermit(used);

    /// <summary>Ready for the next request; only once it has ended, or before it was queued.</summary>
    public void Reset()
    {
        Response.Reset();
        Sender.Reset();
        _exchange = null;
        _module = null;
        _request = null;
        _thread = null;
        _hasEnded = false;
        WasDropped = false;
        Fault = null;
        Result = default;
        Queued = default;
    }
}
