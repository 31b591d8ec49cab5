namespace Platform.Contracts.Series;

/// <summary>
/// The buckets that latencies are counted in: the same everywhere and for ever, so that counts of workers, versions and times add up exactly. Bucket k holds what took at most 25 µs · 2^(k/2) and more than the bucket before; the last
/// holds all beyond 37 s. So a percentile, interpolated within its bucket, is off by less than the bucket's width, 41 %, and usually by far less.
/// </summary>
public static class LatencyBuckets
{
    /// <summary>How many there are.</summary>
    public const int Count = 43;

    // Upper bounds of all but the last, in ticks of 100 ns.
    private static readonly long[] Bounds = [.. Enumerable.Range(0, Count - 1).Select(static k => (long)Math.Round(250 * Math.Pow(2, k / 2.0)))];

    /// <summary>The bucket of a time.</summary>
    public static int IndexOf(TimeSpan time)
    {
        var index = Array.BinarySearch(Bounds, time.Ticks);
        return index < 0 ? ~index : index;
    }

    /// <summary>The upper bound of a bucket; of the last its lower one, since it has none.</summary>
    public static TimeSpan UpperBound(int index) => new(Bounds[Math.Min(index, Bounds.Length - 1)]);

    /// <summary>A percentile of what was counted, interpolated within its bucket; null when nothing was.</summary>
    /// <param name="counts">Counts by bucket.</param>
    /// <param name="fraction">Which, from 0 to 1.</param>
    public static TimeSpan? Percentile(ReadOnlySpan<long> counts, double fraction)
    {
        var total = 0L;
        foreach (var count in counts)
        {
            total += count;
        }

        if (total == 0)
        {
            return null;
        }

        var rank = fraction * total;
        var before = 0L;
        var index = 0;
        while (before + counts[index] < rank || counts[index] == 0)
        {
            before += counts[index++];
        }

        var upper = UpperBound(index);
        var lower = index == 0 ? TimeSpan.Zero : UpperBound(index - 1);
        return lower + ((upper - lower) * ((rank - before) / counts[index]));
    }
}
