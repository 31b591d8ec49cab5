using Platform.Contracts.Usage;

namespace Platform.Worker.Usage;

/// <summary>
/// One sum in memory. Each processor adds in a stripe of its own, cache lines apart, so that requests of one app don't wait for one another's adds. What was added is taken exactly once; the parts of one
/// request may be taken in two batches.
/// </summary>
internal sealed class UsageCell(long tenantId, string app)
{
    // Fields of a stripe, in the order of UsageValues; a multiple of 8, so that stripes don't share a cache line of 64 bytes (but for where the array begins).
    private const int Width = 16;
    private const int MaxStripes = 4;

    private static readonly int Stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, MaxStripes));

    private readonly long[] _sums = new long[Stripes * Width];

    /// <summary>Adds a request. A time of day is kept in ticks until it is taken.</summary>
    public void Add(in UsageSample sample)
    {
        var sums = _sums.AsSpan((Thread.GetCurrentProcessorId() & (Stripes - 1)) * Width, Width);
        Interlocked.Increment(ref sums[0]);
        Add(ref sums[1], sample.Fuel);
        Add(ref sums[2], sample.CpuTicks);
        Add(ref sums[3], sample.WallTicks);
        Add(ref sums[4], sample.BytesIn);
        Add(ref sums[5], sample.BytesOut);
        Add(ref sums[6], sample.OutboundRequests);
        Add(ref sums[7], sample.OutboundBytesOut);
        Add(ref sums[8], sample.OutboundBytesIn);
        Add(ref sums[9], sample.IsCold ? 1 : 0);
        Add(ref sums[10], sample.LogBytes);
    }

    /// <summary>Takes what was added since the last time; null when nothing was.</summary>
    public UsageDelta? Take(UsageKey key)
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
            ? new UsageDelta(tenantId, app, key, new UsageValues(
                taken[0],
                taken[1],
                taken[2] / TimeSpan.TicksPerMicrosecond,
                taken[3] / TimeSpan.TicksPerMicrosecond,
                taken[4],
                taken[5],
                taken[6],
                taken[7],
                taken[8],
                taken[9],
                taken[10]))
            : null;
    }

    private static void Add(ref long sum, long value)
    {
        if (value != 0)
        {
            Interlocked.Add(ref sum, value);
        }
    }
}
