using System.Collections.Concurrent;
using Platform.Contracts.Logs;
using Platform.Worker.Artifacts;

namespace Platform.Worker.Invocation;

/// <summary>Keeps invocations for reuse: as many as were needed at once, at most <paramref name="kept"/>.</summary>
internal sealed class InvocationPool(ISandboxRunner runner, IAppLogSink logs, TimeProvider time, int kept)
{
    private readonly ConcurrentQueue<Invocation> _free = new();

    public Invocation Rent() => _free.TryDequeue(out var invocation) ? invocation : new Invocation(runner, logs, time);

    public void Return(Invocation invocation)
    {
        invocation.Reset();
        if (_free.Count < kept)
        {
            _free.Enqueue(invocation);
        }
    }
}
