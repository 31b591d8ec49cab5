using Platform.Runtime.Hosting;
using Platform.Runtime.Sandboxes;

namespace Platform.Runtime.Wasi.KeyValue;

/// <summary>The resource <c>cas</c> of <c>wasi:keyvalue/atomics</c>: a key and what it held when it was read.</summary>
internal sealed class Cas(IKeyValueStore store, string key, byte[]? current) : Resource
{
    /// <summary>The store.</summary>
    public IKeyValueStore Store { get; } = store;

    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>What it held; null for nothing.</summary>
    public byte[]? Current { get; } = current;
}
