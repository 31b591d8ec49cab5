using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Platform.Runtime.Sandboxes;

/// <summary>What the engine needs of the machine, checked before any native code is loaded.</summary>
internal static class SystemSupport
{
    /// <summary>Checks.</summary>
    /// <exception cref="PlatformNotSupportedException">With what is missing.</exception>
    public static void Check()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new PlatformNotSupportedException(
                $"running sandboxes needs Linux on x86-64, this is {RuntimeInformation.RuntimeIdentifier}");
        }

        if (RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal))
        {
            throw new PlatformNotSupportedException("running sandboxes needs glibc, this system has musl");
        }

        if (!Sse42.IsSupported || !Popcnt.IsSupported)
        {
            throw new PlatformNotSupportedException("running sandboxes needs a processor with SSE4.2 and POPCNT (x86-64-v2)");
        }
    }
}
