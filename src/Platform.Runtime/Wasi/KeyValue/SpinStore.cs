using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.KeyValue;

/// <summary>An open store: <c>store</c> of <c>fermyon:spin/key-value</c>.</summary>
internal sealed class SpinStore(IKeyValueStore store) : Resource
{
    /// <summary>The store.</summary>
    public IKeyValueStore Store { get; } = store;
}
