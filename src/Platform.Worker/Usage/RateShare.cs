namespace Platform.Worker.Usage;

/// <summary>A worker's part of a tenant's rate: that of its requests among all workers'. Requests ask, <see cref="SharedRates"/> does the rest. Thread-safe.</summary>
internal sealed class RateShare(RateBucket bucket, long tenantId)
{
    // What requests were longer ago than a few of these hardly counts.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(2);

    private long _asked;
    private int _isListed;
    private double _part = 1;

    // Of the exchanges alone.
    private double _own;
    private double _all;
    private long? _seen;
    private long _seenAt;

    public long TenantId => tenantId;

    /// <summary>What this worker gives of the rate, above 0 and at most 1.</summary>
    public double Part => Volatile.Read(ref _part);

    /// <summary>A request asks; true when it is the first since the last exchange.</summary>
    public bool Ask()
    {
        Interlocked.Increment(ref _asked);
        return Volatile.Read(ref _isListed) == 0 && Interlocked.Exchange(ref _isListed, 1) == 0;
    }

    /// <summary>Begins an exchange: how many have asked since the last.</summary>
    public long Report()
    {
        Volatile.Write(ref _isListed, 0);
        return Interlocked.Exchange(ref _asked, 0);
    }

    /// <summary>Ends it.</summary>
    /// <param name="own">What was reported.</param>
    /// <param name="sum">What all workers have reported; when it is lost it begins anew.</param>
    /// <param name="time">The clock.</param>
    public void Heard(long own, long sum, TimeProvider time)
    {
        var now = time.GetTimestamp();
        if (_seen is { } seen && sum - seen is var all && all >= own)
        {
            // Own requests are of the last moment; the others' are of all the time since this worker was asked last. That may have been yesterday: then they count as if they had come evenly.
            var gap = time.GetElapsedTime(_seenAt, now) / Memory;
            var kept = Math.Exp(-gap);
            var others = gap > 1 ? (all - own) * (1 - kept) / gap : all - own;
            _own = (_own * kept) + own;
            _all = (_all * kept) + own + others;
            if (_own > 0)
            {
                var before = _part;
                Volatile.Write(ref _part, _own / _all);
                bucket.Stretch(time, before / _part);
            }
        }

        (_seen, _seenAt) = (sum, now);
    }

    /// <summary>Ends it without an answer: the part stays, and what others ask meanwhile isn't known.</summary>
    public void Unheard() => _seen = null;
}
