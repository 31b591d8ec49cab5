using System.Collections.Concurrent;
using Platform.Worker.Usage;

namespace Platform.Worker.Requests;

/// <summary>
/// How many requests of an app are kept a second at this worker: of those that failed as good as all, of the others a sample. Thread-safe, without an allocation but for an app's first request.
/// </summary>
/// <param name="failures">Failed ones a second; 0 for none. Ten times as many at once.</param>
/// <param name="others">Others a second; 0 for none.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestRates(long failures, long others, TimeProvider time)
{
    // Of apps that were called since; beyond, all begin anew, which lets each have its burst again.
    private const int MaxApps = 100_000;
    private const int Bursts = 10;

    private readonly ConcurrentDictionary<long, Buckets> _apps = new();

    /// <summary>Whether another one may be kept.</summary>
    public bool TryTake(long app, bool isFailure)
    {
        var rate = isFailure ? failures : others;
        if (rate == 0)
        {
            return false;
        }

        if (!_apps.TryGetValue(app, out var buckets))
        {
            if (_apps.Count >= MaxApps)
            {
                _apps.Clear();
            }

            buckets = _apps.GetOrAdd(app, static _ => new Buckets());
        }

        return (isFailure ? buckets.Failures : buckets.Others).TryTake(time, rate, rate * Bursts, out _);
    }

    private sealed class Buckets
    {
        public readonly RateBucket Failures = new();
        public readonly RateBucket Others = new();
    }
}
