namespace Platform.Runtime.Sandboxes;

/// <summary>What a component's manifest grants it beyond WASI. Used by the guest thread only; tasks are waited for with the run permit given back.</summary>
public interface ISandboxCapabilities
{
    /// <summary>The component's variables with their values (<c>wasi:config/store</c>, <c>fermyon:spin/variables</c>).</summary>
    IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>A key-value store by its label; null when the manifest doesn't grant it.</summary>
    IKeyValueStore? OpenKeyValue(string label);

    /// <summary>A connection to a database of the app by its label; null when the manifest doesn't grant it.</summary>
    /// <exception cref="CapabilityException">It can't be had.</exception>
    ISqliteConnection? OpenSqlite(string label);
}
