using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.KeyValue;

/// <summary>An open store: <c>bucket</c> of <c>wasi:keyvalue/store</c>.</summary>
internal sealed class Bucket(IKeyValueStore store) : Resource
{
    /// <summary>The store.</summary>
    public IKeyValueStore Store { get; } = store;
}
