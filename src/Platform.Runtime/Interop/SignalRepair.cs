using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Platform.Runtime.Interop;

/// <summary>
/// Creating an engine installs handlers for SIGFPE and SIGILL with <c>SA_ONSTACK</c>, which the .NET runtime supports for SIGSEGV only: a managed
/// integer division by zero would then kill the process. Clearing the flag on those two signals keeps both runtimes' handlers working.
/// </summary>
internal static unsafe partial class SignalRepair
{
    private const int SigIll = 4;
    private const int SigFpe = 8;
    private const int SaOnStack = 0x08000000;

    // glibc x86-64: struct sigaction is 152 bytes with sa_flags at 136 (bits/sigaction.h).
    private const int SigactionSize = 152;
    private const int FlagsOffset = 136;

    /// <summary>Clears the flag. Called once, right after the engine was created.</summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public static void Apply()
    {
        ReadOnlySpan<int> signals = [SigIll, SigFpe];
        var action = stackalloc byte[SigactionSize];
        foreach (var signal in signals)
        {
            Check(sigaction(signal, null, action));
            *(int*)(action + FlagsOffset) &= ~SaOnStack;
            Check(sigaction(signal, action, null));
        }
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "sigaction failed");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sigaction(int signal, byte* action, byte* previous);
}
