using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Wagi;

/// <summary>Calls a preview 1 command as a CGI program: request body on standard input, response on standard output.</summary>
internal static unsafe class WagiEntry
{
    /// <summary>Calls <c>_start</c>.</summary>
    /// <returns>Null, or how the call failed. Exiting with status 0 is a return.</returns>
    public static NativeFailure? Call(RequestContext context, LoadedHandler handler)
    {
        var output = new WagiOutput();
        context.Preview1.Output = output;
        context.Preview1.InputIsRequestBody = true;
        var failure = LoadedHandler.Call(context, handler.Enter(context, HandlerKinds.WagiCommand), null, 0);
        if (failure is not null && context.Stop is not GuestExitException { Status: 0 })
        {
            return failure;
        }

        output.Finish(context);
        return null;
    }
}
