using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.Wagi;

internal static class WagiEntry
{
    public static NativeFailure? Call(RequestContext context, LoadedHandler handler) => throw new NotSupportedException($"{context} {handler}");
}
