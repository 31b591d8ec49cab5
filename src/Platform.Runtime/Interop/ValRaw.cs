using System.Runtime.InteropServices;

namespace Platform.Runtime.Interop;

/// <summary>A core wasm value as host functions get and give it (<c>wasmtime_val_raw_t</c>, val.h; 16 bytes because of v128).</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct ValRaw
{
    /// <summary>The value as a signed 32-bit integer.</summary>
    [FieldOffset(0)]
    public int I32;

    /// <summary>The value as an unsigned 32-bit integer: pointers, lengths, handles.</summary>
    [FieldOffset(0)]
    public uint U32;

    /// <summary>The value as a signed 64-bit integer.</summary>
    [FieldOffset(0)]
    public long I64;

    /// <summary>The value as an unsigned 64-bit integer.</summary>
    [FieldOffset(0)]
    public ulong U64;
}
