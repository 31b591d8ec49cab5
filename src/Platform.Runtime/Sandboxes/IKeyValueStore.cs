namespace Platform.Runtime.Sandboxes;

/// <summary>
/// A key-value store of one app (<c>wasi:keyvalue@0.2.0-draft2</c>, <c>fermyon:spin/key-value@2.0.0</c>). Every operation on one key is atomic, and seen by all that
/// follow it. All throw <see cref="CapabilityException"/>.
/// </summary>
public interface IKeyValueStore
{
    /// <summary>The value; null when there is none.</summary>
    Task<byte[]?> GetAsync(string key);

    /// <summary>The values of keys, in their order; null where there is none.</summary>
    Task<byte[]?[]> GetManyAsync(IReadOnlyList<string> keys);

    /// <summary>Sets a value.</summary>
    Task SetAsync(string key, byte[] value);

    /// <summary>Deletes a value; nothing happens when there is none.</summary>
    Task DeleteAsync(string key);

    /// <summary>Whether there is a value.</summary>
    Task<bool> ExistsAsync(string key);

    /// <summary>Keys in the order of their bytes, a page at a time.</summary>
    /// <param name="after">The last key of the page before; null for the first page.</param>
    /// <returns>The keys; empty after the last.</returns>
    Task<IReadOnlyList<string>> KeysAsync(string? after);

    /// <summary>Adds to a value, a decimal number of 64 bits; none counts as 0. The sum.</summary>
    Task<long> IncrementAsync(string key, long delta);

    /// <summary>Sets a value if it still is what was read; null: there was none.</summary>
    /// <returns>Whether it was set.</returns>
    Task<bool> SwapAsync(string key, byte[]? expected, byte[] value);
}
