namespace Platform.Runtime.Hosting;

/// <summary>
/// Where a guest thread sleeps. Signals may come late, from an earlier wait or even an earlier request of the pooled context: a waiter rechecks its
/// conditions after each wake-up, so these cost a spin and nothing else.
/// </summary>
internal sealed class Waiter : IDisposable
{
    private readonly ManualResetEventSlim _event = new(false, spinCount: 0);

    /// <summary>Wakes the guest thread. Safe from any thread.</summary>
    public Action Signal { get; }

    /// <summary>Creates the waiter.</summary>
    public Waiter() => Signal = _event.Set;

    /// <summary>Before arming sources: a signal from here on ends the next <see cref="Wait"/>.</summary>
    public void Reset() => _event.Reset();

    /// <summary>Sleeps until signalled or the time is over.</summary>
    public void Wait(TimeSpan timeout) => _event.Wait(timeout);

    /// <inheritdoc/>
    public void Dispose() => _event.Dispose();
}
