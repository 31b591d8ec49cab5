using System.Runtime.InteropServices;

namespace Platform.Runtime.Interop;

/// <summary><c>wasmtime_instance_t</c> (instance.h), 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeInstance
{
    /// <summary>The store it belongs to; zero when unset.</summary>
    public ulong StoreId;

    private readonly nuint _private;
}

/// <summary><c>wasmtime_func_t</c> (extern.h), 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeFunc
{
    /// <summary>The store it belongs to; zero when unset.</summary>
    public ulong StoreId;

    private readonly nint _private;
}

/// <summary><c>wasmtime_memory_t</c> (extern.h), 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeMemory
{
    /// <summary>The store it belongs to; zero when unset.</summary>
    public ulong StoreId;

    private readonly ulong _private1;
    private readonly ulong _private2;
}

/// <summary><c>wasmtime_extern_t</c> (extern.h), 32 bytes: a kind and a union whose largest member is 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct NativeExtern
{
    /// <summary><c>WASMTIME_EXTERN_FUNC</c>.</summary>
    public const byte FuncKind = 0;

    /// <summary><c>WASMTIME_EXTERN_MEMORY</c>.</summary>
    public const byte MemoryKind = 3;

    /// <summary>Which member of the union is valid.</summary>
    [FieldOffset(0)]
    public byte Kind;

    /// <summary>The function, when <see cref="Kind"/> is <see cref="FuncKind"/>.</summary>
    [FieldOffset(8)]
    public NativeFunc Func;

    /// <summary>The memory, when <see cref="Kind"/> is <see cref="MemoryKind"/>.</summary>
    [FieldOffset(8)]
    public NativeMemory Memory;
}

/// <summary><c>wasm_byte_vec_t</c>, <c>wasm_frame_vec_t</c>, <c>wasm_valtype_vec_t</c> (wasm.h): a length and a pointer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeVec
{
    /// <summary>Elements.</summary>
    public nuint Size;

    /// <summary>The first element.</summary>
    public nint Data;
}
