using System.Threading.Tasks.Sources;

namespace Platform.Worker.Invocation;

/// <summary>
/// An auto-reset event with one asynchronous waiter, free of allocations: how a guest thread tells the request's asynchronous side that there is something
/// to send or that it has ended. The continuation runs on the pool, or where the signaller can spare itself, on its thread.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private const int Empty = 0;
    private const int Set = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _source;
    private int _state;

    /// <summary>Lets the waiter, or the next one, through; it goes on on the pool. Any thread.</summary>
    public void Signal() => Signal(onThisThread: false);

    /// <summary>Lets the waiter, or the next one, through; it may go on on this thread before this returns.</summary>
    public void SignalHere() => Signal(onThisThread: true);

    private void Signal(bool onThisThread)
    {
        if (Interlocked.Exchange(ref _state, Set) == Waiting)
        {
            _source.RunContinuationsAsynchronously = !onThisThread;
            _source.SetResult(true);
        }
    }

    /// <summary>Waits for a signal and takes it. One waiter at a time, which awaits the task once.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Empty, Set) == Set)
        {
            return ValueTask.CompletedTask;
        }

        _source.Reset();
        var task = new ValueTask(this, _source.Version);
        if (Interlocked.CompareExchange(ref _state, Waiting, Empty) == Set)
        {
            // Signalled since the look above: nobody else completes the source now.
            Volatile.Write(ref _state, Empty);
            return ValueTask.CompletedTask;
        }

        return task;
    }

    void IValueTaskSource.GetResult(short token)
    {
        _source.GetResult(token);
        Volatile.Write(ref _state, Empty);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
