namespace Platform.Runtime.Sandboxes;

/// <summary>
/// A connection to a database of the app (<c>fermyon:spin/sqlite@2.0.0</c>, <c>spin:sqlite/sqlite@3.0.0</c>). Used by one request; a transaction that is open when it is
/// disposed of is rolled back.
/// </summary>
public interface ISqliteConnection : IDisposable
{
    /// <summary>Row id of the last insertion by this connection.</summary>
    long LastInsertRowId { get; }

    /// <summary>Rows that the last statement of this connection changed.</summary>
    long Changes { get; }

    /// <summary>Runs one statement.</summary>
    /// <param name="statement">SQL.</param>
    /// <param name="parameters">By position: <see cref="long"/>, <see cref="double"/>, <see cref="string"/>, an array of bytes, or null.</param>
    /// <exception cref="CapabilityException">SQLite's error, or a limit.</exception>
    Task<SqliteRows> ExecuteAsync(string statement, IReadOnlyList<object?> parameters);
}
