using System.Numerics;
using Platform.Contracts.Series;

namespace Platform.Worker.Usage;

/// <summary>A minute of an app's version in memory. As with <see cref="UsageCell"/> each processor adds in a stripe of its own.</summary>
internal sealed class SeriesCell(long tenantId)
{
    private const int Fixed = 6;

    // A multiple of 8: stripes don't share cache lines.
    private const int Width = (Fixed + LatencyBuckets.Count + 7) / 8 * 8;
    private const int MaxStripes = 4;

    private static readonly int Stripes = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, MaxStripes));

    private readonly long[] _sums = new long[Stripes * Width];

    /// <summary>Adds a request or message.</summary>
    public void Add(bool isError, bool isThrottled, bool isCold)
    {
        var sums = Stripe();
        Interlocked.Increment(ref sums[0]);
        if (isError)
        {
            Interlocked.Increment(ref sums[1]);
        }

        if (isThrottled)
        {
            Interlocked.Increment(ref sums[2]);
        }

        if (isCold)
        {
            Interlocked.Increment(ref sums[3]);
        }
    }

    /// <summary>Adds what one that ran took.</summary>
    public void AddRun(TimeSpan duration, long fuel, long memoryBytes)
    {
        var sums = Stripe();
        Interlocked.Add(ref sums[4], fuel);
        Interlocked.Add(ref sums[5], memoryBytes);
        Interlocked.Increment(ref sums[Fixed + LatencyBuckets.IndexOf(duration)]);
    }

    /// <summary>Takes what was added since the last time; null when nothing was.</summary>
    public SeriesDelta? Take(SeriesKey key)
    {
        Span<long> taken = stackalloc long[Width];
        var any = false;
        for (var i = 0; i < _sums.Length; i++)
        {
            if (Volatile.Read(ref _sums[i]) != 0)
            {
                taken[i % Width] += Interlocked.Exchange(ref _sums[i], 0);
                any = true;
            }
        }

        return any
            ? new SeriesDelta(tenantId, key, taken[0], taken[1], taken[2], taken[3], taken[4], taken[5], taken.Slice(Fixed, LatencyBuckets.Count).ToArray())
            : null;
    }

    private Span<long> Stripe() => _sums.AsSpan((Thread.GetCurrentProcessorId() & (Stripes - 1)) * Width, Width);
}
