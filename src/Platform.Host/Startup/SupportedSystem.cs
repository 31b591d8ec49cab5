using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Platform.Host.Startup;

/// <summary>The one system that this release was built and tested for: Linux on x64 with glibc.</summary>
internal static class SupportedSystem
{
    private const string Advice = "run it on x64 Linux with glibc (Debian, Ubuntu, Fedora, ...); arm64, musl, macOS and Windows were not run here";

    /// <summary>Refuses every other system before anything is written or native code is loaded.</summary>
    /// <exception cref="StartupException">The system isn't supported; the message says which part of it.</exception>
    public static void Require()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new StartupException($"unsupported system '{RuntimeInformation.OSDescription}': {Advice}");
        }

        if (RuntimeInformation.OSArchitecture != Architecture.X64 || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new StartupException(
                $"unsupported CPU '{RuntimeInformation.OSArchitecture}' (process: {RuntimeInformation.ProcessArchitecture}): {Advice}");
        }

        // Wasm's SIMD needs SSE4.1 in the engine's code generator, and its POPCNT is assumed by the compiled guests.
        if (!Sse42.IsSupported || !Popcnt.IsSupported)
        {
            throw new StartupException("unsupported CPU: SSE4.2 and POPCNT (x86-64-v2) are missing or disabled; run it on a processor made after 2009");
        }

        // Portable builds say linux-musl-x64, Alpine's own builds alpine.3.x-x64.
        var identifier = RuntimeInformation.RuntimeIdentifier;
        if (identifier.Contains("musl", StringComparison.Ordinal) || identifier.StartsWith("alpine", StringComparison.Ordinal))
        {
            throw new StartupException($"unsupported libc musl ({identifier}): {Advice}");
        }
    }
}
