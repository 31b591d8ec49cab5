namespace Platform.Gateway.Workers;

/// <summary>Holds repeats to a part of the requests, so that a cluster in trouble isn't buried under them: a fifth of the requests, and some a second in any case. Thread-safe.</summary>
internal sealed class RetryBudget(TimeProvider time)
{
    private const double PerRequest = 0.2;
    private const double PerSecond = 10;
    private const double Most = 100;

    private readonly Lock _lock = new();
    private double _tokens = Most;
    private long _filled = time.GetTimestamp();

    /// <summary>Notes a request.</summary>
    public void Request()
    {
        lock (_lock)
        {
            _tokens = Math.Min(Most, _tokens + PerRequest);
        }
    }

    /// <summary>Takes a repeat; false when there is none left.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(Most, _tokens + (time.GetElapsedTime(_filled, now).TotalSeconds * PerSecond));
            _filled = now;
            if (_tokens < 1)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }
}
