using Platform.Runtime;
using Platform.Worker.Artifacts;

namespace Platform.Worker.Tests.Fakes;

internal sealed class FakeModule(HandlerKinds kind, long bytes, string content) : ILoadedModule
{
    public HandlerKinds Kind => kind;

    public long Bytes => bytes;

    public string Content => content;

    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}
