using Platform.Runtime.Hosting;
using Platform.Runtime.Interop;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Http;

/// <summary>Calls <c>wasi:http/incoming-handler#handle</c>.</summary>
internal static unsafe class HttpEntry
{
    /// <summary>Calls the handler with the request and the place for its response.</summary>
    /// <returns>Null, or how the call failed.</returns>
    public static NativeFailure? Call(RequestContext context, LoadedHandler handler)
    {
        var entry = handler.Enter(context, HandlerKinds.HttpComponent);
        var values = stackalloc ValRaw[2];
        values[0].U32 = context.Handles.Add(new IncomingRequest());
        values[1].U32 = context.Handles.Add(new ResponseOutparam());
        return LoadedHandler.Call(context, entry, values, 2) ?? LoadedHandler.PostReturn(context, entry, null, 0);
    }
}
