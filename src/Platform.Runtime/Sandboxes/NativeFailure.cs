using Platform.Runtime.Interop;

namespace Platform.Runtime.Sandboxes;

/// <summary>A trap or error of a native call: its text with the wasm backtrace, and the trap's code (255 when it has none).</summary>
internal sealed record NativeFailure(string Text, byte Code)
{
    /// <summary>Takes ownership of whichever is set.</summary>
    public static NativeFailure Take(nint trap, nint error)
    {
        if (trap == 0)
        {
            return new NativeFailure(NativeError.Take(error)!, byte.MaxValue);
        }

        var text = NativeError.TakeTrap(trap, out var code);
        return new NativeFailure(text, code);
    }
}
