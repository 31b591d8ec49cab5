namespace Platform.Worker.Admission;

/// <summary>Something to run on a guest thread; reusable once it has run.</summary>
internal abstract class GuestWork
{
    /// <summary>Timestamp of queueing; owned by the scheduler's lock until the work runs.</summary>
    internal long QueuedAt { get; set; }

    /// <summary>Called on a guest thread that holds a run permit, and must return holding it. Must not throw.</summary>
    public abstract void Run(GuestThread thread);

    /// <summary>Waited in the queue past its deadline, or the worker stopped: it will not run. Any thread; must not throw.</summary>
    public abstract void Dropped();

    /// <summary>Called now and then while it runs, from another thread, and perhaps just after it ended.</summary>
    public abstract void Sweep();

    /// <summary>Asks that it ends soon. Any thread.</summary>
    public abstract void Abort();
}
