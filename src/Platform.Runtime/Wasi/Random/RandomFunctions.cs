using System.Security.Cryptography;
using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Wasi.Random;

/// <summary><c>wasi:random@0.2</c>: random, insecure, insecure-seed. All from the system's secure source: it costs no more here.</summary>
internal static unsafe class RandomFunctions
{
    /// <summary>The most bytes of one call; the same that getrandom(2) gives without being interrupted, times 256.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>Registers the package.</summary>
    public static void Register(HostFunctions functions)
    {
        functions.Add("wasi:random/random", "get-random-bytes", "Ii>", &Bytes);
        functions.Add("wasi:random/random", "get-random-u64", ">I", &U64);
        functions.Add("wasi:random/insecure", "get-insecure-random-bytes", "Ii>", &Bytes);
        functions.Add("wasi:random/insecure", "get-insecure-random-u64", ">I", &U64);
        functions.Add("wasi:random/insecure-seed", "insecure-seed", "i>", &Seed);
    }

    private static void Bytes(RequestContext context, Lowering lowering, ValRaw* values)
    {
        if (values[0].U64 > MaxBytes)
        {
            throw new GuestTrapException($"{values[0].U64} random bytes at once (at most {MaxBytes})");
        }

        var count = (int)values[0].U64;
        context.ChargeFuel(count);
        Span<byte> bytes = count <= 1024 ? stackalloc byte[count] : new byte[count];
        RandomNumberGenerator.Fill(bytes);
        context.WriteBytes(lowering, values[1].U32, bytes);
    }

    private static void U64(RequestContext context, Lowering lowering, ValRaw* values)
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        values[0].U64 = BitConverter.ToUInt64(bytes);
    }

    private static void Seed(RequestContext context, Lowering lowering, ValRaw* values)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes.CopyTo(context.Memory(lowering).Slice(values[0].U32, 16));
    }
}
