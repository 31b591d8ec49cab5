using Platform.Runtime;
using Platform.Runtime.Sandboxes;
using Platform.Worker.Artifacts;

namespace Platform.Worker.Tests.Fakes;

/// <summary>A sandbox whose guest is a C# function.</summary>
internal sealed class FakeRunner(Func<SandboxRequest, SandboxOutcome> guest) : ISandboxRunner
{
    private int _loads;

    public FakeRunner()
        : this(static _ => SandboxOutcome.Completed)
    {
    }

    public string Fingerprint => "fake engine 1";

    public HandlerKinds Kind { get; init; } = HandlerKinds.HttpComponent;

    public long ModuleBytes { get; init; } = 1000;

    public int Loads => _loads;

    public List<FakeModule> Modules { get; } = [];

    public ILoadedModule Load(string directory)
    {
        Interlocked.Increment(ref _loads);
        var module = new FakeModule(Kind, ModuleBytes, File.ReadAllText(Path.Combine(directory, FakeCompiler.FileName)));
        lock (Modules)
        {
            Modules.Add(module);
        }

        return module;
    }

    public SandboxResult Run(ILoadedModule module, SandboxRequest request)
    {
        ObjectDisposedException.ThrowIf(((FakeModule)module).IsDisposed, module);
        var outcome = guest(request);
        return new SandboxResult(
            outcome,
            outcome == SandboxOutcome.Completed ? null : "detail for the tenant\nframe 1",
            1234,
            65536,
            TimeSpan.FromMicroseconds(17),
            TimeSpan.FromMicroseconds(23),
            TimeSpan.FromMicroseconds(5));
    }
}
