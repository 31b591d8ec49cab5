using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Platform.Runtime.Interop;

namespace Platform.Runtime.Hosting;

/// <summary>
/// The one native entry point of all host functions. No managed exception may cross the native frame: each becomes a trap that names the function.
/// </summary>
internal static unsafe class HostDispatcher
{
    /// <summary>The callback given to the linker; its data is the index of the handler's <see cref="Lowering"/>.</summary>
    public static readonly delegate* unmanaged[Cdecl]<nint, nint, ValRaw*, nuint, nint> Callback = &Dispatch;

    /// <summary>The epoch callback given to every store.</summary>
    public static readonly delegate* unmanaged[Cdecl]<nint, nint, ulong*, byte*, nint> EpochCallback = &OnEpoch;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Dispatch(nint data, nint caller, ValRaw* values, nuint count)
    {
        var context = RequestContext.Current!;
        var lowering = context.Lowerings[(int)data];
        try
        {
            context.EnterHostCall(lowering.Function);
            lowering.Function.Body(context, lowering, values);
            return 0;
        }
#pragma warning disable CA1031 // The native frame below must not see any exception.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ToTrap(context, lowering.Function.Name, exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnEpoch(nint store, nint data, ulong* delta, byte* kind)
    {
        var context = RequestContext.Current!;
        *delta = 1;
        try
        {
            context.OnEpoch();
            return 0;
        }
#pragma warning disable CA1031 // The native frame below must not see any exception.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            context.Stop = exception;
            return NativeMethods.wasmtime_error_new("stopped");
        }
    }

    private static nint ToTrap(RequestContext context, string function, Exception exception)
    {
        context.Stop ??= exception;
        var message = Encoding.UTF8.GetBytes($"{function}: {exception.Message}");
        fixed (byte* bytes = message)
        {
            return NativeMethods.wasmtime_trap_new(bytes, (nuint)message.Length);
        }
    }
}
