namespace Platform.Worker.Admission;

/// <summary>
/// One tenant's share of this worker: how many of its requests are under way, and what waits for a permit. Queue and link are owned by the scheduler's lock.
/// </summary>
internal sealed class TenantLane(string tenant)
{
    private int _active;
    private GuestWork? _first;
    private GuestWork? _last;
    private GuestThread? _firstResuming;
    private GuestThread? _lastResuming;

    /// <summary>The tenant's slug.</summary>
    public string Tenant { get; } = tenant;

    /// <summary>Requests under way, queued ones included.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>The next lane in the scheduler's ring of lanes with something waiting.</summary>
    internal TenantLane? Next { get; set; }

    /// <summary>Whether it is in the ring.</summary>
    internal bool InRing { get; set; }

    internal bool HasWork => _first is not null;

    internal bool HasResuming => _firstResuming is not null;

    internal bool IsEmpty => _first is null && _firstResuming is null;

    internal GuestWork? FirstWork => _first;

    /// <summary>Takes one of the tenant's <paramref name="limit"/> places; false when all are taken.</summary>
    public bool TryEnter(int limit)
    {
        if (Interlocked.Increment(ref _active) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _active);
        return false;
    }

    /// <summary>Gives the place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _active);

    internal void Append(GuestWork work)
    {
        work.Next = null;
        if (_last is null)
        {
            _first = work;
        }
        else
        {
            _last.Next = work;
        }

        _last = work;
    }

    internal GuestWork TakeWork()
    {
        var work = _first!;
        _first = work.Next;
        if (_first is null)
        {
            _last = null;
        }

        work.Next = null;
        return work;
    }

    internal void AppendResuming(GuestThread thread)
    {
        thread.Next = null;
        if (_lastResuming is null)
        {
            _firstResuming = thread;
        }
        else
        {
            _lastResuming.Next = thread;
        }

        _lastResuming = thread;
    }

    internal GuestThread TakeResuming()
    {
        var thread = _firstResuming!;
        _firstResuming = thread.Next;
        if (_firstResuming is null)
        {
            _lastResuming = null;
        }

        thread.Next = null;
        return thread;
    }
}
