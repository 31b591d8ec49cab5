namespace Platform.Runtime.Components;

/// <summary>What a manifest grants a component, key by key: as much of it as a dependency inherits (Spin, <c>inherit_configuration</c>).</summary>
[Flags]
internal enum ConfigurationKeys
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>allowed_outbound_hosts</c>.</summary>
    AllowedOutboundHosts = 1,

    /// <summary><c>environment</c>.</summary>
    Environment = 2,

    /// <summary><c>files</c>.</summary>
    Files = 4,

    /// <summary><c>key_value_stores</c>.</summary>
    KeyValueStores = 8,

    /// <summary><c>sqlite_databases</c>.</summary>
    SqliteDatabases = 16,

    /// <summary><c>variables</c>.</summary>
    Variables = 32,

    /// <summary>Everything.</summary>
    All = 63,
}
