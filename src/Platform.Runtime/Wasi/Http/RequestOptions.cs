using Platform.Runtime.Hosting;

namespace Platform.Runtime.Wasi.Http;

/// <summary>Timeouts of an outgoing request, nanoseconds; null is the default.</summary>
internal sealed class RequestOptions : Resource
{
    // A hundred years would overflow timers; a day is longer than any request may run.
    private const ulong LongestNanoseconds = 86_400_000_000_000;

    /// <summary>To connect, to the first byte, between bytes.</summary>
    public ulong?[] Timeouts { get; } = new ulong?[3];

    /// <summary>One of them as .NET's: at least a tick, a day at most.</summary>
    public TimeSpan? Timeout(int which) =>
        Timeouts[which] is { } nanoseconds ? TimeSpan.FromTicks(Math.Max(1, (long)(Math.Min(nanoseconds, LongestNanoseconds) / 100))) : null;
}
