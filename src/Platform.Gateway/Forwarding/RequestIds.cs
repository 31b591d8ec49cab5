using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Platform.Gateway.Forwarding;

/// <summary>
/// Ids of requests: 32 hex digits, unlike those of other processes by a random half, and unlike each other by a counter that is mixed, so that an id doesn't
/// tell a tenant how much the platform serves.
/// </summary>
internal sealed class RequestIds
{
    private readonly string _process = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private long _counter = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    public string Next()
    {
        // Each step of SplitMix64's finalizer is a bijection: different counters give different ids.
        var z = (ulong)Interlocked.Increment(ref _counter);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        z ^= z >> 31;
        return string.Create(32, (_process, z), static (buffer, state) =>
        {
            state._process.CopyTo(buffer);
            state.z.TryFormat(buffer[16..], out _, "x16", null);
        });
    }
}
