using Platform.Worker.Usage;

namespace Platform.Worker.Admission;

/// <summary>
/// One tenant's share of this worker: how many of its requests are under way, and what waits for a permit.
/// </summary>
internal sealed class TenantLane
{
    private static readonly TimeSpan TellingInterval = TimeSpan.FromMinutes(1);

    private int _active;
    private long _told;
    private PlaceShare? _places;

    public TenantLane(string tenant)
    {
        Tenant = tenant;
        Short = new LaneQueue(this);
        Long = new LaneQueue(this);
    }

    /// <summary>The tenant's slug.</summary>
    public string Tenant { get; }

    /// <summary>What waits to begin, and short guests that wait to go on.</summary>
    public LaneQueue Short { get; }

    /// <summary>Long guests that wait to go on.</summary>
    public LaneQueue Long { get; }

    /// <summary>Guest threads that its requests hold. Owned by the scheduler's lock.</summary>
    public int Threads { get; set; }

    /// <summary>The tenant's rate.</summary>
    public RateBucket Rate { get; } = new();

    /// <summary>Its lease of the tenant's places on all workers; null where it has no such total, or nobody asked yet.</summary>
    public PlaceShare? Places => Volatile.Read(ref _places);

    /// <summary>Requests under way, queued ones included.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>Its lease, of a tenant that has a total: of two requests at once both get the same. A slug may be another tenant's by now.</summary>
    public PlaceShare PlacesOf(long tenantId)
    {
        while (true)
        {
            var known = Places;
            if (known?.TenantId == tenantId)
            {
                return known;
            }

            Interlocked.CompareExchange(ref _places, new PlaceShare(this, tenantId), known);
        }
    }

    /// <summary>The tenant has no total any more.</summary>
    public void EndPlaces() => Volatile.Write(ref _places, null);

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
