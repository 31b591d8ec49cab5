using Platform.Runtime;
using Platform.Worker.Artifacts;

namespace Platform.Worker.Tests.Fakes;

internal sealed class FakeModule(HandlerKinds kinds, long bytes, string content) : ILoadedModule
{
    public HandlerKinds Kinds => kinds;

    public long Bytes => bytes;

    public string Content => content;

    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}
