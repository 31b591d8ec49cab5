using Platform.Worker.Admission;

namespace Platform.Worker.Usage;

/// <summary>
/// A worker's lease of a tenant's places on all workers. Requests enter, <see cref="SharedPlaces"/> does the rest. One that has none yet, or gave it back, lets in as if it were alone, until it has heard. Thread-safe.
/// </summary>
internal sealed class PlaceShare(TenantLane lane, long tenantId)
{
    /// <summary>For how long a lease is kept without requests, so that one that comes now and then isn't let in unheard each time, and what was asked for at once counts.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);

    private const int Unheard = int.MaxValue;

    private int _places = Unheard;
    private int _total;
    private int _most;
    private int _peak;
    private int _refused;
    private int _isListed;

    // Of the exchanges alone: when something was asked for, and the most at once in this half of what is kept and in the one before.
    private long _askedAt;
    private long _halfAt;
    private long _askedBefore;
    private long _askedNow;

    public long TenantId => tenantId;

    /// <summary>Takes one of the places that this worker may give.</summary>
    /// <param name="most">Places of the tenant on one worker.</param>
    /// <param name="total">On all together.</param>
    public bool TryEnter(int most, int total)
    {
        most = Math.Min(most, total);
        Volatile.Write(ref _total, total);
        Volatile.Write(ref _most, most);
        if (!lane.TryEnter(Math.Min(most, Volatile.Read(ref _places))))
        {
            Interlocked.Increment(ref _refused);
            return false;
        }

        // Of two at once the lower may stay: the next exchange counts those under way anyway.
        var active = lane.Active;
        if (active > Volatile.Read(ref _peak))
        {
            Volatile.Write(ref _peak, active);
        }

        return true;
    }

    /// <summary>After a request has entered or was refused: true when the lease has to be renewed from now on.</summary>
    public bool List() => Volatile.Read(ref _isListed) == 0 && Interlocked.Exchange(ref _isListed, 1) == 0;

    /// <summary>Begins an exchange.</summary>
    public PlaceClaim Claim(TimeProvider time)
    {
        var active = lane.Active;
        var asked = Math.Max(active, Interlocked.Exchange(ref _peak, 0)) + (long)Interlocked.Exchange(ref _refused, 0);
        var now = time.GetTimestamp();
        if (asked > 0)
        {
            _askedAt = now;
        }

        // Another's lane, or a tenant that has no total any more.
        var isOver = lane.Places != this || time.GetElapsedTime(_askedAt, now) > Kept;
        var most = Volatile.Read(ref _most);
        var places = Volatile.Read(ref _places);
        return new PlaceClaim(tenantId, Volatile.Read(ref _total), most, places == Unheard ? active : Math.Max(places, active), isOver ? 0 : (int)Math.Clamp(OfLate(asked, time, now), 1, most));
    }

    /// <summary>Ends it; false when the lease isn't to be renewed.</summary>
    /// <param name="claim">What was claimed.</param>
    /// <param name="places">What it has now; null without an answer, then it keeps what it has.</param>
    public bool Heard(in PlaceClaim claim, int? places)
    {
        if (claim.Wanted > 0)
        {
            Volatile.Write(ref _places, places ?? _places);
            return true;
        }

        if (places is not null)
        {
            Volatile.Write(ref _places, Unheard);
        }

        Interlocked.Exchange(ref _isListed, 0);

        // One that entered meanwhile took it for listed.
        return lane.Places == this && lane.Active > 0 && List();
    }

    // What comes in bursts is asked for between them too.
    private long OfLate(long asked, TimeProvider time, long now)
    {
        var since = time.GetElapsedTime(_halfAt, now);
        if (since >= Kept / 2)
        {
            _askedBefore = since < Kept ? _askedNow : 0;
            _askedNow = 0;
            _halfAt = now;
        }

        _askedNow = Math.Max(_askedNow, asked);
        return Math.Max(_askedNow, _askedBefore);
    }
}
