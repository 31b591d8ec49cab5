using Platform.Worker.Usage;

namespace Platform.Worker.Admission;

/// <summary>
/// One tenant's share of this worker: how many of its requests are under way, and what waits for a permit. Queues and link are owned by the scheduler's lock.
/// </summary>
internal sealed class TenantLane(string tenant)
{
    private static readonly TimeSpan TellingInterval = TimeSpan.FromMinutes(1);

    private int _active;
    private long _told;

    /// <summary>The tenant's slug.</summary>
    public string Tenant { get; } = tenant;

    /// <summary>The tenant's rate.</summary>
    public RateBucket Rate { get; } = new();

    /// <summary>Requests under way, queued ones included.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>The next lane in the scheduler's ring of lanes with something waiting.</summary>
    internal TenantLane? Next { get; set; }

    /// <summary>Whether it is in the ring.</summary>
    internal bool InRing { get; set; }

    /// <summary>Work that waits to begin.</summary>
    internal Queue<GuestWork> Work { get; } = new();

    /// <summary>Guests whose wait is over, and that wait for a permit to go on.</summary>
    internal Queue<GuestThread> Resuming { get; } = new();

    /// <summary>Whether new work goes before a guest that resumes: they take turns, so that a tenant's spinning guests don't keep its other requests out.</summary>
    internal bool IsWorksTurn { get; set; }

    internal bool IsEmpty => Work.Count == 0 && Resuming.Count == 0;

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

    /// <summary>Whether the tenant may be told once more of what every request meets: once a minute.</summary>
    public bool IsTimeToTell(TimeProvider time)
    {
        var now = time.GetTimestamp();
        var told = Volatile.Read(ref _told);
        return (told == 0 || time.GetElapsedTime(told, now) >= TellingInterval) && Interlocked.CompareExchange(ref _told, now, told) == told;
    }

    /// <summary>Gives the place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _active);
}
