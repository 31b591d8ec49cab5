namespace Platform.Worker.Admission;

/// <summary>
/// An auto-reset event for one waiting thread that spins a little before it parks: a wake-up costs the waker a system call only when the waiter parked.
/// </summary>
internal sealed class WakeGate
{
    // Long enough to catch the next request under load (about 10 µs), short enough not to eat a processor that others need.
    private const int Spins = 20;
    private const int Empty = 0;
    private const int Set = 1;
    private const int Parked = 2;

    private readonly object _park = new();
    private int _state;

    /// <summary>Lets the waiter through; at most one signal may be outstanding.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _state, Set) == Parked)
        {
            lock (_park)
            {
                Monitor.Pulse(_park);
            }
        }
    }

    /// <summary>Blocks until signalled, and takes the signal.</summary>
    public void Wait()
    {
        if (Environment.ProcessorCount > 1)
        {
            var spinner = default(SpinWait);
            for (var i = 0; i < Spins && Volatile.Read(ref _state) != Set; i++)
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }
        }

        if (Interlocked.CompareExchange(ref _state, Parked, Empty) == Empty)
        {
            lock (_park)
            {
                while (Volatile.Read(ref _state) != Set)
                {
                    Monitor.Wait(_park);
                }
            }
        }

        Volatile.Write(ref _state, Empty);
    }
}
