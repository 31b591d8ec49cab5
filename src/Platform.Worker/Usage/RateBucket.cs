namespace Platform.Worker.Usage;

/// <summary>
/// A token bucket in one number: the time at which it will be full again (the generic cell rate algorithm, ITU-T I.371). Taking a token moves that time on by the time that one takes to come back, and is refused
/// where it would lie further ahead than a whole bucket's. So there's no timer, no lock and no allocation, and rate and burst may change at any time.
/// </summary>
internal sealed class RateBucket
{
    private long _full;

    /// <summary>How it is shared with other workers; null where this one has it alone.</summary>
    public RateShare? Share { get; set; }

    /// <summary>Takes a token; when there's none, says in how long there will be one if nobody else takes it.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="rate">Tokens that come back a second.</param>
    /// <param name="burst">Tokens of a full bucket.</param>
    /// <param name="wait">How long to wait.</param>
    public bool TryTake(TimeProvider time, long rate, long burst, out TimeSpan wait)
    {
        var frequency = time.TimestampFrequency;
        var token = Math.Max(1, (long)(frequency / (rate * (Share?.Part ?? 1))));
        var now = time.GetTimestamp();
        while (true)
        {
            var full = Volatile.Read(ref _full);
            var next = Math.Max(full, now) + token;
            var over = next - now - (token * burst);
            if (over > 0)
            {
                wait = TimeSpan.FromSeconds((double)over / frequency);
                return false;
            }

            if (Interlocked.CompareExchange(ref _full, next, full) == full)
            {
                wait = TimeSpan.Zero;
                return true;
            }
        }
    }

    /// <summary>Keeps the tokens that are in it although one will take longer to come back, so many times as long.</summary>
    public void Stretch(TimeProvider time, double times)
    {
        long full, next;
        do
        {
            var now = time.GetTimestamp();
            full = Volatile.Read(ref _full);
            next = full <= now ? full : now + (long)((full - now) * times);
        }
        while (Interlocked.CompareExchange(ref _full, next, full) != full);
    }
}
