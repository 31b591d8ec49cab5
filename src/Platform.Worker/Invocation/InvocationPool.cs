using System.Collections.Concurrent;
using Platform.Contracts.Logs;
using Platform.Worker.AppCalls;
using Platform.Worker.Artifacts;
using Platform.Worker.Outbound;
using Platform.Worker.Quarantining;

namespace Platform.Worker.Invocation;

/// <summary>Keeps invocations for reuse: as many as were needed at once, at most <paramref name="kept"/>.</summary>
internal sealed class InvocationPool(ISandboxRunner runner, OutboundClients outbound, AppCallHandler calls, IAppLogSink logs, CrashRecord crashes, TimeProvider time, int kept)
{
    private readonly ConcurrentQueue<Invocation> _free = new();

    public Invocation Rent() => _free.TryDequeue(out var invocation) ? invocation : new Invocation(runner, outbound, calls, logs, crashes, time);

    public void Return(Invocation invocation)
    {
        invocation.Reset();
        if (_free.Count < kept)
        {
            _free.Enqueue(invocation);
        }
    }
}
