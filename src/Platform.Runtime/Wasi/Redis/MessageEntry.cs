using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Redis;

/// <summary>Calls <c>fermyon:spin/inbound-redis#handle-message</c>.</summary>
internal static unsafe class MessageEntry
{
    /// <summary>Calls the handler with a copy of the payload.</summary>
    /// <param name="context">The message's context.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="message">The payload.</param>
    /// <param name="isError">Whether the handler returned an error.</param>
    /// <returns>Null, or how the call failed.</returns>
    /// <exception cref="GuestTrapException">What it returned is no <c>result&lt;_, error&gt;</c>.</exception>
    public static NativeFailure? Call(RequestContext context, LoadedHandler handler, ReadOnlySpan<byte> message, out bool isError)
    {
        var entry = handler.Enter(context, HandlerKinds.RedisComponent);
        var values = stackalloc ValRaw[2];
        values[0].U32 = context.AllocateBytes(entry.Options, message);
        values[1].U32 = (uint)message.Length;
        isError = false;
        if (LoadedHandler.Call(context, entry, values, 2) is { } failure)
        {
            return failure;
        }

        // A discriminant each: of the result, and of the error's enum (success, error).
        var result = context.Memory(entry.Options).Slice(values[0].U32, 2);
        isError = (result[0], result[1]) switch
        {
            (0, _) => false,
            (1, 0 or 1) => true,
            _ => throw new GuestTrapException("handle-message returned an invalid discriminant"),
        };
        return LoadedHandler.PostReturn(context, entry, values, 1);
    }
}
