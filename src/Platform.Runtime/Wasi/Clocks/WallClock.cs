namespace Platform.Runtime.Wasi.Clocks;

/// <summary>The wall clock, as guests see it.</summary>
internal static class WallClock
{
    /// <summary>Nanoseconds between two values of the clock at best.</summary>
    public const uint ResolutionNanoseconds = (uint)TimeSpan.NanosecondsPerTick;

    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z.</summary>
    public static ulong Nanoseconds() =>
        (ulong)(TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * (ulong)TimeSpan.NanosecondsPerTick;
}
