using Platform.Runtime.Interop;

namespace Platform.Runtime.Sandboxes;

/// <summary>Moves the engine's epoch at a steady pace on a thread of its own, so that running guests look at their limits. Joined on dispose.</summary>
internal sealed class EpochTicker : IDisposable
{
    private readonly nint _engine;
    private readonly TimeSpan _period;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new(false, spinCount: 0);

    /// <summary>Starts ticking.</summary>
    public EpochTicker(nint engine, TimeSpan period)
    {
        _engine = engine;
        _period = period;
        _thread = new Thread(Run, 256 << 10) { Name = "wasm-epoch", IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.Wait(_period))
        {
            NativeMethods.wasmtime_engine_increment_epoch(_engine);
        }
    }
}
