namespace Platform.Runtime.Sandboxes;

/// <summary>
/// The engine of a worker process: loads compiled handlers and runs one request in a fresh store. Thread-safe. One per process.
/// </summary>
public sealed class SandboxEngine : IDisposable
{
    /// <summary>Creates the engine, its pool and its epoch ticker, and repairs the SIGFPE and SIGILL handlers.</summary>
    /// <exception cref="PlatformNotSupportedException">Not Linux x64 with glibc, or the processor lacks what the engine needs; the message says what.</exception>
    public SandboxEngine(SandboxEngineOptions options) => throw new NotSupportedException();

    /// <summary>
    /// Identifies everything a compiled artifact depends on: native library, configuration, processor features, plan format. Part of an artifact's
    /// cache key; artifacts of another fingerprint can't be loaded.
    /// </summary>
    public static string Fingerprint => throw new NotSupportedException();

    /// <summary>Parses and plans without native code: what the handler is, or why it is refused.</summary>
    /// <exception cref="HandlerRefusedException">It can't be a handler here.</exception>
    public static HandlerKind Inspect(ReadOnlyMemory<byte> wasm) => throw new NotSupportedException();

    /// <summary>
    /// Compiles into a directory that exists and is empty: <c>plan.json</c> and one <c>N.cwasm</c> a core module. For the compile process only: takes
    /// seconds and hundreds of MiB for a large component.
    /// </summary>
    /// <exception cref="HandlerRefusedException">It can't be a handler here, or the native compiler refused it.</exception>
    public static void Compile(ReadOnlyMemory<byte> wasm, string directory) => throw new NotSupportedException();

    /// <summary>Loads what <see cref="Compile"/> made. The caller has authenticated the files: they are native code.</summary>
    public LoadedHandler Load(string directory) => throw new NotSupportedException();

    /// <summary>
    /// Runs one request on the calling thread, which must have at least 2 MiB of stack and hold the request's run permit. Never throws for what the guest does.
    /// </summary>
    public SandboxResult Run(LoadedHandler handler, SandboxRequest request) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}
