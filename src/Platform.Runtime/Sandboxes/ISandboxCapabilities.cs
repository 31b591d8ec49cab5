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

    /// <summary>A connection to a Redis server of the tenant's; made by the first command.</summary>
    /// <param name="address">A URL: <c>redis://</c> or <c>rediss://</c>, as https://www.iana.org/assignments/uri-schemes has them.</param>
    /// <exception cref="CapabilityException">The address is none, or isn't allowed, or there are too many.</exception>
    IRedisConnection OpenRedis(string address);

    /// <summary>A connection to a PostgreSQL server of the tenant's, not yet made.</summary>
    /// <param name="address">A URL, <c>postgres://</c>, or keywords and values (libpq, "Connection Strings").</param>
    /// <exception cref="CapabilityException">The address is none, or isn't allowed, or there are too many.</exception>
    ISqlConnection OpenPostgres(string address);

    /// <summary>A connection to a MySQL server of the tenant's, not yet made.</summary>
    /// <param name="address">A URL, <c>mysql://</c>.</param>
    /// <exception cref="CapabilityException">The address is none, or isn't allowed, or there are too many.</exception>
    ISqlConnection OpenMySql(string address);

    /// <summary>A connection to an MQTT broker of the tenant's, not yet made.</summary>
    /// <param name="address">A URL, <c>mqtt://</c> or <c>mqtts://</c>.</param>
    /// <param name="user">The user; empty for none.</param>
    /// <param name="password">The password.</param>
    /// <param name="keepAliveSeconds">The keep-alive interval.</param>
    /// <exception cref="CapabilityException">The address is none, or isn't allowed, or there are too many.</exception>
    IMqttConnection OpenMqtt(string address, string user, string password, ulong keepAliveSeconds);
}
