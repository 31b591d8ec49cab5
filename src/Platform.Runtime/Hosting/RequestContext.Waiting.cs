using System.Diagnostics;
using Platform.Runtime.Interop;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Hosting;

/// <summary>The one place where a guest waits, and what happens at an epoch tick.</summary>
internal sealed unsafe partial class RequestContext
{
    /// <summary>Wakes this request's guest thread.</summary>
    public Action Wake => _waiter.Signal;

    /// <summary>
    /// Waits until one of the pollables is ready. Gives the run permit back meanwhile; the response so far goes out to the client first.
    /// </summary>
    /// <exception cref="GuestStopException">Past the deadline, the client is gone, or the node is out of memory.</exception>
    public void WaitAny(ReadOnlySpan<Pollable> pollables)
    {
        if (AnyReady(pollables))
        {
            return;
        }

        ChargeMemory();
        Response.FlushBeforeWait(this);
        if (Request.Aborted.CanBeCanceled && _aborted == default)
        {
            _aborted = Request.Aborted.UnsafeRegister(static state => ((RequestContext)state!)._waiter.Signal(), this);
        }

        while (true)
        {
            // The order matters: reset, then arm, then look again, then sleep. A source that becomes ready in between either is seen or signals.
            _waiter.Reset();
            var until = _deadline;
            foreach (var pollable in pollables)
            {
                pollable.Arm(this);
                until = Math.Min(until, pollable.ReadyAt);
            }

            if (AnyReady(pollables))
            {
                return;
            }

            CheckAlive();
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), until).TotalMilliseconds));
            if (wait > TimeSpan.Zero)
            {
                Request.Permit.Release();
                _waiter.Wait(wait);
                Request.Permit.Acquire();
            }

            CheckAlive();
        }
    }

    /// <summary>Waits for what a host function has begun.</summary>
    /// <exception cref="GuestStopException">Past the deadline or the client is gone: what was begun ends by itself and nobody sees how.</exception>
    public T Await<T>(Task<T> task)
    {
        Await((Task)task);
        return task.Result;
    }

    /// <summary>Waits for what a host function has begun.</summary>
    /// <exception cref="GuestStopException">As <see cref="Await{T}"/>.</exception>
    public void Await(Task task)
    {
        var trace = Request.Trace;
        var began = trace?.Waits() ?? 0;
        try
        {
            Wait(task);
        }
        finally
        {
            trace?.Waited(_called!.Name, began, !task.IsCompletedSuccessfully);
        }
    }

    private void Wait(Task task)
    {
        if (!task.IsCompleted)
        {
            // A failure after the wait was given up is seen here.
            _ = task.ContinueWith(
                static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            WaitAny([new TaskPollable(task)]);
        }

        task.GetAwaiter().GetResult();
    }

    /// <summary>At each epoch tick of a running guest: the deadline, the client, the memory budget, and a chance for others to run.</summary>
    public void OnEpoch()
    {
        CheckAlive();
        ChargeMemory();
        Request.Permit.Yield();
    }

    /// <summary>Charges the node's budget with what the request's memories have grown by.</summary>
    /// <exception cref="GuestStopException">The node has no more.</exception>
    public void ChargeMemory()
    {
        var size = MemoryBytes();
        if (size > _charged)
        {
            if (!Request.Memory.TryCharge(size - _charged))
            {
                throw new GuestStopException(SandboxOutcome.NodeMemory, "the node's memory for guests is used up");
            }

            _charged = size;
        }
    }

    /// <summary>What memories that can't be measured are taken to hold: their limit.</summary>
    public long UnseenMemoryBytes { get; set; }

    /// <summary>Charges host memory that a resource holds until it is dropped; together with the guest's memories it stays under the request's limit.</summary>
    /// <exception cref="GuestTrapException">Over the limit.</exception>
    public void ChargeHostBytes(Resource resource, long bytes)
    {
        resource.HostBytes += bytes;
        _hostBytes += bytes;
        if (MemoryBytes() > Request.Limits.MemoryBytes)
        {
            throw new GuestTrapException(
                $"out of memory: {_hostBytes} bytes held by the host for this request, over its limit of {Request.Limits.MemoryBytes} bytes in all");
        }
    }

    /// <summary>A resource was dropped: what it held is free.</summary>
    public void ReleaseHostBytes(Resource resource)
    {
        _hostBytes -= resource.HostBytes;
        resource.HostBytes = 0;
    }

    /// <summary>Bytes of all memories of the request's instances, and what the host holds for it.</summary>
    public long MemoryBytes()
    {
        var sum = UnseenMemoryBytes + _hostBytes;
        for (var slot = 0; slot < _handler.Memories.Length; slot++)
        {
            fixed (NativeMemory* memory = &_memories[slot])
            {
                if (memory->StoreId != 0 || _handler.TryFindMemory(this, slot, memory))
                {
                    sum += (long)NativeMethods.wasmtime_memory_data_size(Store, memory);
                }
            }
        }

        return sum;
    }

    private bool AnyReady(ReadOnlySpan<Pollable> pollables)
    {
        foreach (var pollable in pollables)
        {
            if (pollable.IsReady(this))
            {
                return true;
            }
        }

        return false;
    }

    private void CheckAlive()
    {
        if (Request.Aborted.IsCancellationRequested)
        {
            throw new GuestStopException(SandboxOutcome.Aborted, "the client is gone");
        }

        if (Stopwatch.GetTimestamp() >= _deadline)
        {
            throw new GuestStopException(SandboxOutcome.Wall, $"past the wall time of {Request.Limits.Wall.TotalMilliseconds:0} ms");
        }
    }
}
