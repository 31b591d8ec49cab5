using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Artifacts;

/// <summary>The little of the engine that the worker needs, so that tests of queues, caches and responses need no native code.</summary>
internal interface ISandboxRunner
{
    /// <summary>See <see cref="SandboxEngine.Fingerprint"/>.</summary>
    string Fingerprint { get; }

    /// <summary>See <see cref="SandboxEngine.Load"/>.</summary>
    ILoadedModule Load(string directory);

    /// <summary>See <see cref="SandboxEngine.Run"/>.</summary>
    SandboxResult Run(ILoadedModule module, SandboxRequest request);
}
