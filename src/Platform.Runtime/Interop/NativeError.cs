using System.Text;

namespace Platform.Runtime.Interop;

/// <summary>Turns the library's owned errors and traps into text, and frees them.</summary>
internal static unsafe class NativeError
{
    /// <summary>The message of an error, freed; null for none.</summary>
    public static string? Take(nint error)
    {
        if (error == 0)
        {
            return null;
        }

        NativeVec message = default;
        NativeMethods.wasmtime_error_message(error, &message);
        NativeMethods.wasmtime_error_delete(error);
        return TakeText(&message);
    }

    /// <summary>The message of a trap, with its wasm backtrace, freed; and its code (255 when it has none).</summary>
    public static string TakeTrap(nint trap, out byte code)
    {
        byte value;
        code = NativeMethods.wasmtime_trap_code(trap, &value) ? value : byte.MaxValue;
        NativeVec message = default;
        NativeMethods.wasm_trap_message(trap, &message);
        NativeMethods.wasm_trap_delete(trap);
        return TakeText(&message);
    }

    /// <summary>Throws when a call that can't fail for a guest's sake failed.</summary>
    /// <exception cref="InvalidOperationException">With the library's message.</exception>
    public static void ThrowIfError(nint error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"wasmtime: {Take(error)}");
        }
    }

    private static string TakeText(NativeVec* vec)
    {
        var text = Encoding.UTF8.GetString(new ReadOnlySpan<byte>((void*)vec->Data, checked((int)vec->Size)));
        NativeMethods.wasm_byte_vec_delete(vec);
        return text.TrimEnd('\0');
    }
}
