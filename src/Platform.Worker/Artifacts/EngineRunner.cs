using Platform.Runtime;
using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Artifacts;

/// <summary>The real engine.</summary>
internal sealed class EngineRunner(SandboxEngineOptions options) : ISandboxRunner, IDisposable
{
    private readonly SandboxEngine _engine = new(options);

    public string Fingerprint => SandboxEngine.Fingerprint;

    public ILoadedModule Load(string directory) => new Module(_engine.Load(directory));

    public SandboxResult Run(ILoadedModule module, SandboxRequest request) => _engine.Run(((Module)module).Handler, request);

    public void Dispose() => _engine.Dispose();

    private sealed class Module(LoadedHandler handler) : ILoadedModule
    {
        public LoadedHandler Handler { get; } = handler;

        public HandlerKinds Kinds => Handler.Kinds;

        public long Bytes => Handler.Bytes;

        public void Dispose() => Handler.Dispose();
    }
}
