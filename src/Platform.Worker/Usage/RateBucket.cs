namespace Platform.Worker.Usage;

/// <summary>
/// A token bucket in one number: the time at which it will be full again (the generic cell rate algorithm, ITU-T I.371). Taking a token moves that time on by the time that one takes to come back, and is refused
/// where it would lie further ahead than a whole bucket's. So there's no timer, no lock and no allocation, and rate and burst may change at any time.
/// </summary>
internal sealed class RateBucket
{
    private long _full;

    /// <summary>Takes a token; when there's none, says in how long there will be one if nobody else takes it.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="rate">Tokens that come back a second.</param>
    /// <param name="burst">Tokens of a full bucket.</param>
    /// <param name="wait">How long to wait.</param>
    public bool TryTake(TimeProvider time, long rate, long burst, out TimeSpan wait)
    {
        var frequency = time.TimestampFrequency;
        var token = Math.Max(1, frequency / rate);
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
}
