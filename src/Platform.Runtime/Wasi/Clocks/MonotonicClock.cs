using System.Diagnostics;

namespace Platform.Runtime.Wasi.Clocks;

/// <summary>The monotonic clock in nanoseconds, and back to the ticks that waits are counted in.</summary>
internal static class MonotonicClock
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds since some moment in the past; steps of the wall clock don't move it.</summary>
    public static ulong Now() => ToNanoseconds(Stopwatch.GetTimestamp());

    /// <summary>Nanoseconds between two values of the clock at best.</summary>
    public static ulong Resolution { get; } = Math.Max(1, NanosecondsPerSecond / (ulong)Stopwatch.Frequency);

    /// <summary>The tick of an instant; one past the end of time is the end of time.</summary>
    public static long ToTicks(ulong nanoseconds)
    {
        var ticks = (UInt128)nanoseconds * (ulong)Stopwatch.Frequency / NanosecondsPerSecond;
        return ticks > long.MaxValue ? long.MaxValue : (long)ticks;
    }

    private static ulong ToNanoseconds(long ticks) => (ulong)((UInt128)(ulong)ticks * NanosecondsPerSecond / (ulong)Stopwatch.Frequency);
}
