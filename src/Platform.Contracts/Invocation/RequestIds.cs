using System.Security.Cryptography;

namespace Platform.Contracts.Invocation;

/// <summary>
/// Ids of requests and messages: 26 characters that sort by time. As a ULID: the time in milliseconds (10 characters), then 80 bits (16), here 40 that are this process'
/// own and a 40-bit counter, mixed so that an id doesn't tell a tenant how much the platform serves. Thread-safe.
/// </summary>
public sealed class RequestIds(TimeProvider time)
{
    private const int Length = 26;
    private const ulong Mask40 = (1UL << 40) - 1;

    // Odd, so that multiplying is a bijection modulo 2^40: different counters give different ids.
    private const ulong Mixer = 0x9E3779B97F4A7C15;

    // Crockford's base 32, in lower case; ascending, so that ids sort as their numbers do.
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly ulong _process = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) & Mask40;
    private readonly ulong _salt = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) & Mask40;
    private long _counter;

    /// <summary>The next one.</summary>
    public string Next()
    {
        var counter = (((ulong)Interlocked.Increment(ref _counter) * Mixer) ^ _salt) & Mask40;
        var now = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
        return string.Create(Length, (now, _process, counter), static (buffer, parts) =>
        {
            Write(buffer[..10], parts.now);
            Write(buffer[10..18], parts._process);
            Write(buffer[18..], parts.counter);
        });
    }

    private static void Write(Span<char> buffer, ulong value)
    {
        for (var i = buffer.Length - 1; i >= 0; i--, value >>= 5)
        {
            buffer[i] = Digits[(int)(value & 31)];
        }
    }
}
