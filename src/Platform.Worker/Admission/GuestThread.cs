using System.Runtime.InteropServices;

namespace Platform.Worker.Admission;

/// <summary>
/// A named background thread that runs guests: its stack is large enough that unbounded guest recursion ends in the engine's own stack trap
/// (at least 2 MiB is needed, measured), which a pool thread's may not be.
/// </summary>
/// <remarks>A guest that has used up <see cref="GuestScheduler.LongAfter"/> goes on with a lower priority, and the thread ends with it: Linux lets nobody but root raise a priority again.</remarks>
internal sealed partial class GuestThread
{
    private const int StackBytes = 4 << 20;

    // PRIO_PROCESS with 0 is the calling thread (setpriority(2)). With 10 it has a tenth of what others get that want the same processor at the same time.
    private const int CallingThread = 0;
    private const int LongNice = 10;

    private readonly GuestScheduler _scheduler;
    private readonly Thread _thread;
    private readonly WakeGate _wake = new();
    private GuestWork? _work;
    private TimeSpan _turnBegan;

    public GuestThread(GuestScheduler scheduler, int number)
    {
        Number = number;
        _scheduler = scheduler;
        _thread = new Thread(Loop, StackBytes) { IsBackground = true, Name = $"guest-{number}" };
    }

    /// <summary>From 0.</summary>
    public int Number { get; }

    /// <summary>What it was handed.</summary>
    internal GuestWork? Work => _work;

    /// <summary>The lane of what it runs. Set before the work runs, read by that work's own thread.</summary>
    internal TenantLane? Lane { get; private set; }

    /// <summary>Whether its guest is a long one, which has permits of another sort. Written under the scheduler's lock by the thread itself.</summary>
    internal bool IsLong { get; set; }

    /// <summary>The guest is about to wait: another request may run.</summary>
    public void ReleasePermit() => _scheduler.ReleasePermit(this);

    /// <summary>Blocks until it is this request's turn again.</summary>
    public void AcquirePermit()
    {
        if (!_scheduler.TryAcquirePermit(this))
        {
            _wake.Wait();
        }
    }

    /// <summary>The guest goes on running: others that wait go first.</summary>
    /// <param name="used">Processor time that it has had.</param>
    public void YieldPermit(TimeSpan used)
    {
        if (!IsLong && used >= GuestScheduler.LongAfter)
        {
            // Refused by a system call filter, say, it goes on as it is: among long guests all the same.
            _ = setpriority(0, CallingThread, LongNice);
            _turnBegan = used;
            if (!_scheduler.TryBecomeLong(this))
            {
                _wake.Wait();
            }
        }
        else if (!IsLong || used - _turnBegan >= GuestScheduler.LongTurn)
        {
            _turnBegan = used;
            if (_scheduler.TryYieldPermit(this))
            {
                _wake.Wait();
            }
        }
    }

    internal void Start(Action notStarted) => ThreadStarter.Start(_thread, notStarted);

    internal void Join() => _thread.Join();

    /// <summary>Hands over work (null: stop), under the scheduler's lock; <see cref="Wake"/> follows outside of it.</summary>
    internal void Hand(GuestWork? work, TenantLane? lane)
    {
        _work = work;
        Lane = lane;
    }

    internal void Wake() => _wake.Signal();

    private void Loop()
    {
        // The first work was handed over before the start.
        while (_work is { } work)
        {
            work.Run(this);
            _work = null;
            if (IsLong)
            {
                _scheduler.Retire(this);
                return;
            }

            if (!_scheduler.TryGoOn(this))
            {
                _wake.Wait();
            }
        }
    }

    [LibraryImport("libc")]
    private static partial int setpriority(int which, int who, int nice);
}
