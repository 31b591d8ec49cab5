namespace Platform.Runtime.Sandboxes;

/// <summary>
/// A connection to a PostgreSQL or MySQL server of the tenant's. Used by one request; what is under way when it is disposed of is cancelled, an open transaction rolled back.
/// </summary>
public interface ISqlConnection : IDisposable
{
    /// <summary>Connects.</summary>
    /// <exception cref="CapabilityException">No connection.</exception>
    Task OpenAsync();

    /// <summary>Runs a statement for its rows.</summary>
    /// <exception cref="CapabilityException">The server's error, or a limit.</exception>
    Task<SqlRows> QueryAsync(string statement, IReadOnlyList<SqlValue> parameters);

    /// <summary>Runs a statement; how many rows it changed.</summary>
    /// <exception cref="CapabilityException">The server's error.</exception>
    Task<long> ExecuteAsync(string statement, IReadOnlyList<SqlValue> parameters);
}
