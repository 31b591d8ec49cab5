using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Platform.Worker.Admission;

/// <summary>
/// Hands run permits to requests. A permit is the right to execute wasm; there are as many as processors. A guest that waits gives its permit back, so that
/// threads number what waits plus what runs. Two sorts wait for a permit: new work (needs an idle thread too) and guests whose wait is over. Each tenant
/// with something waiting is in a ring once, and permits go round the ring, so that a tenant with a thousand requests gets one turn as does one with a single one.
/// <para>
/// Guests that have used more than <see cref="LongAfter"/> of a processor are long: they have permits of their own, as many again, and their threads go on with a lower priority (<see cref="GuestThread"/>). So what is short
/// never waits for what is long, nor does anything else of the platform; and long guests have the processors' time that is left.
/// </para>
/// <para>The last eighth of the threads is for tenants that have none: guests that wait or are long hold a thread each, and a few tenants' could hold them all.</para>
/// </summary>
/// <remarks>
/// Invariant under the lock: a permit is free only if nobody waits that could use it. So every event that frees a permit or a thread hands it on itself.
/// </remarks>
internal sealed partial class GuestScheduler : IDisposable
{
    /// <summary>Processor time after which a guest is a long one.</summary>
    internal static readonly TimeSpan LongAfter = TimeSpan.FromMilliseconds(5);

    /// <summary>Processor time that a long guest has before the next long one's turn: such threads seldom run, and should seldom do so within the lock.</summary>
    internal static readonly TimeSpan LongTurn = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(50);

    // Of the threads, what tenants with none are left.
    private const int Reserved = 8;

    // How long no threads are asked for after the system gave none.
    private static readonly TimeSpan ShortOfThreads = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, TenantLane> _lanes = new(StringComparer.Ordinal);
    private readonly List<GuestThread> _threads = [];
    private readonly Stack<GuestThread> _idle = new();
    private readonly Stack<int> _numbers = new();
    private readonly PermitRing _short;
    private readonly PermitRing _long;
    private readonly int _allThreads;
    private readonly int _maxQueued;
    private readonly long _queueTimeout;
    private readonly TimeProvider _time;
    private readonly ILogger<GuestScheduler> _logger;
    private readonly ITimer _sweep;

    private int _maxThreads;
    private long _shortOfThreadsSince;
    private int _queued;
    private int _running;
    private bool _stopping;
    private TaskCompletionSource? _drained;

    public GuestScheduler(int permits, int maxThreads, int maxQueued, TimeSpan queueTimeout, TimeProvider time, ILogger<GuestScheduler> logger)
    {
        _short = new PermitRing(permits);
        _long = new PermitRing(permits);
        _allThreads = maxThreads;
        _maxThreads = maxThreads;
        _maxQueued = maxQueued;
        _queueTimeout = (long)(queueTimeout.TotalSeconds * time.TimestampFrequency);
        _time = time;
        _logger = logger;
        _sweep = time.CreateTimer(static state => ((GuestScheduler)state!).Sweep(), this, SweepPeriod, SweepPeriod);
    }

    /// <summary>Work handed to threads and not yet ended, waiting guests included.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Work that waits to begin.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Guest threads alive.</summary>
    public int Threads
    {
        get
        {
            lock (_gate)
            {
                return _threads.Count;
            }
        }
    }

    /// <summary>The tenant's lane; one object a tenant for the life of the worker.</summary>
    public TenantLane LaneOf(string tenant) => _lanes.GetOrAdd(tenant, static name => new TenantLane(name));

    /// <summary>Runs the work as soon as it is its turn; false when the queue is full or the worker stops.</summary>
    public bool TryEnqueue(TenantLane lane, GuestWork work)
    {
        GuestThread? thread;
        bool isNew;
        lock (_gate)
        {
            if (_stopping)
            {
                return false;
            }

            if (_short.Free == 0 || !TryTakeThread(lane, out thread, out isNew))
            {
                if (_queued >= _maxQueued)
                {
                    return false;
                }

                work.QueuedAt = _time.GetTimestamp();
                lane.Short.Work.Enqueue(work);
                _queued++;
                _short.Join(lane.Short);
                return true;
            }

            _short.TryTake();
            Assign(thread, lane, work);
        }

        Rouse(new Turn(thread, isNew));
        return true;
    }

    /// <summary>A guest is about to wait: its permit goes to the next.</summary>
    internal void ReleasePermit(GuestThread thread)
    {
        Turn? next;
        lock (_gate)
        {
            next = PassOn(RingOf(thread));
        }

        Rouse(next);
    }

    /// <summary>True when a permit was free and is taken; else the thread is in its lane and will be woken holding one.</summary>
    internal bool TryAcquirePermit(GuestThread thread)
    {
        lock (_gate)
        {
            if (RingOf(thread).TryTake())
            {
                return true;
            }

            Wait(thread);
            return false;
        }
    }

    /// <summary>Hands the thread's permit on if somebody waits for one; true when it did: the thread is in its lane and will be woken holding one.</summary>
    internal bool TryYieldPermit(GuestThread current)
    {
        // Read outside the lock: whoever begins to wait just now gets its turn at the next tick.
        var ring = RingOf(current);
        if (!ring.HasWaiting)
        {
            return false;
        }

        GuestThread thread;
        bool isNew;
        lock (_gate)
        {
            if (!TryPickNext(ring, null, out thread, out isNew))
            {
                return false;
            }

            Wait(current);
        }

        Rouse(new Turn(thread, isNew));
        return true;
    }

    /// <summary>The thread's guest is a long one from now on: its permit goes to the next short one, and it needs one of the others. False: it is in its lane and will be woken holding one.</summary>
    internal bool TryBecomeLong(GuestThread current)
    {
        bool goesOn;
        Turn? next;
        lock (_gate)
        {
            next = PassOn(_short);
            current.IsLong = true;
            goesOn = _long.TryTake();
            if (!goesOn)
            {
                Wait(current);
            }
        }

        Rouse(next);
        return goesOn;
    }

    /// <summary>The thread's work ended. True: it was handed the next and goes on without a wake-up; false: it is idle and waits, or has ended if it ran a long guest.</summary>
    internal bool TryGoOn(GuestThread current)
    {
        Turn? next = null;
        List<Turn>? begin;
        bool goesOn;
        lock (_gate)
        {
            Ended(current);
            if (TryPickNext(_short, current, out var thread, out var isNew))
            {
                goesOn = thread == current;
                next = goesOn ? null : new Turn(thread, isNew);
            }
            else
            {
                goesOn = false;
                _short.GiveBack();
            }

            if (!goesOn)
            {
                PushIdle(current);
            }

            // A tenant whose last thread this was may have one more than what took its place.
            begin = BeginWaiting();
        }

        Rouse(next);
        Rouse(begin);
        return goesOn;
    }

    /// <summary>The work of a thread with a long guest ended, and so does the thread: what it gave up of its priority, it may not take back. Another may be made in its place.</summary>
    internal void Retire(GuestThread current)
    {
        Turn? next;
        List<Turn>? begin;
        lock (_gate)
        {
            Forget(current);
            Ended(current);
            next = PassOn(_long);
            begin = BeginWaiting();
        }

        Rouse(next);
        Rouse(begin);
    }

    private void Rouse(List<Turn>? turns)
    {
        foreach (var turn in turns ?? [])
        {
            Rouse(turn);
        }
    }

    private void Rouse(Turn? turn)
    {
        if (turn is not var (thread, isNew))
        {
            return;
        }

        if (isNew)
        {
            thread.Start(() => GiveUpThread(thread));
        }
        else
        {
            thread.Wake();
        }
    }
}
