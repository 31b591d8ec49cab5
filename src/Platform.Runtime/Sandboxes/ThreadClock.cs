using System.Runtime.InteropServices;

namespace Platform.Runtime.Sandboxes;

/// <summary>Processor time of the calling thread (clock_gettime(2), <c>CLOCK_THREAD_CPUTIME_ID</c>).</summary>
internal static unsafe partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Time that the calling thread has run.</summary>
    public static TimeSpan Now()
    {
        var time = stackalloc long[2];
        return clock_gettime(ThreadCpuTime, time) == 0
            ? TimeSpan.FromTicks((time[0] * TimeSpan.TicksPerSecond) + (time[1] / TimeSpan.NanosecondsPerTick))
            : throw new InvalidOperationException("clock_gettime(CLOCK_THREAD_CPUTIME_ID) failed");
    }

    [LibraryImport("libc"), SuppressGCTransition]
    private static partial int clock_gettime(int clock, long* time);
}
