using System.Diagnostics;
using Platform.Runtime.Sandboxes;
using SQLitePCL;

namespace Platform.Worker.Capabilities.Sqlite;

/// <summary>
/// One guest's connection, opened by its first statement. One statement runs at a time; disposal stops it, and closes the connection once it has ended.
/// </summary>
internal sealed class LocalSqliteConnection(LocalSqliteHost host, long app, string label) : ISqliteConnection
{
    /// <summary>What a result may hold, bytes, and 32 for each value besides.</summary>
    private const long MaxResultBytes = 16 << 20;

    // SQLite calls back after so many steps of its machine: some tens of microseconds.
    private const int StepsBetweenChecks = 1000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private sqlite3? _connection;

    // Under _turn: until when the statement may run.
    private long _deadline;

    static LocalSqliteConnection() => Batteries_V2.Init();

    public long LastInsertRowId => _connection is { } connection ? raw.sqlite3_last_insert_rowid(connection) : 0;

    public long Changes => _connection is { } connection ? raw.sqlite3_changes(connection) : 0;

    /// <summary>A transaction is open.</summary>
    public bool IsInTransaction => _connection is { } connection && raw.sqlite3_get_autocommit(connection) == 0;

    public Task<SqliteRows> ExecuteAsync(string statement, IReadOnlyList<object?> parameters) => host.RunAsync(
        app,
        () =>
        {
            _turn.Wait(_closing.Token);
            try
            {
                _deadline = Stopwatch.GetTimestamp() + (long)(host.StatementTime.TotalSeconds * Stopwatch.Frequency);
                _connection ??= Open();
                return Run(_connection, statement, parameters);
            }
            finally
            {
                _turn.Release();
            }
        },
        _closing.Token);

    public void Dispose()
    {
        _closing.Cancel();
        if (_turn.Wait(0))
        {
            Close();
            return;
        }

        // A statement is being stopped.
        _turn.WaitAsync().ContinueWith(_ => Close(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    // Never gives its turn back: nothing runs after it.
    private void Close()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            raw.sqlite3_close_v2(connection);
        }
    }

    private sqlite3 Open()
    {
        var result = raw.sqlite3_open_v2(host.PathOf(app, label), out var connection, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        try
        {
            Check(result, connection);
            Check(raw.sqlite3_busy_timeout(connection, (int)host.StatementTime.TotalMilliseconds), connection);
            raw.sqlite3_progress_handler(connection, StepsBetweenChecks, IsOver, null);
            foreach (var pragma in (string[])
                ["journal_mode = WAL", $"max_page_count = {host.DatabaseBytes / 4096}", "cache_size = -512", "mmap_size = 0", "foreign_keys = ON", "trusted_schema = OFF"])
            {
                Check(raw.sqlite3_exec(connection, $"PRAGMA {pragma}"), connection);
            }

            SqliteRules.Apply(connection);
            return connection;
        }
        catch
        {
            raw.sqlite3_close_v2(connection);
            throw;
        }
    }

    private int IsOver(object user) => _closing.IsCancellationRequested || Stopwatch.GetTimestamp() > _deadline ? 1 : 0;

    private SqliteRows Run(sqlite3 connection, string text, IReadOnlyList<object?> parameters)
    {
        var result = raw.sqlite3_prepare_v2(connection, text, out var statement, out var rest);
        using (statement)
        {
            Check(result, connection);
            if (statement is null || statement.IsInvalid)
            {
                return new SqliteRows([], [], 0);
            }

            RefuseSecond(connection, rest);
            Bind(connection, statement, parameters);
            return Read(connection, statement);
        }
    }

    private static void RefuseSecond(sqlite3 connection, string rest)
    {
        if (string.IsNullOrWhiteSpace(rest))
        {
            return;
        }

        raw.sqlite3_prepare_v2(connection, rest, out var second);
        using (second)
        {
            if (second is { IsInvalid: false })
            {
                throw new CapabilityException("more than one statement: execute them one by one");
            }
        }
    }

    private void Bind(sqlite3 connection, sqlite3_stmt statement, IReadOnlyList<object?> parameters)
    {
        var count = raw.sqlite3_bind_parameter_count(statement);
        if (count != parameters.Count)
        {
            throw new CapabilityException($"the statement takes {count} parameters, and {parameters.Count} are given");
        }

        for (var i = 0; i < parameters.Count; i++)
        {
            Check(
                parameters[i] switch
                {
                    long number => raw.sqlite3_bind_int64(statement, i + 1, number),
                    double real => raw.sqlite3_bind_double(statement, i + 1, real),
                    string text => raw.sqlite3_bind_text(statement, i + 1, text),
                    byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(statement, i + 1, 0),
                    byte[] blob => raw.sqlite3_bind_blob(statement, i + 1, blob),
                    _ => raw.sqlite3_bind_null(statement, i + 1),
                },
                connection);
        }
    }

    private SqliteRows Read(sqlite3 connection, sqlite3_stmt statement)
    {
        var columns = Enumerable.Range(0, raw.sqlite3_column_count(statement)).Select(i => raw.sqlite3_column_name(statement, i).utf8_to_string()).ToArray();
        List<object?[]> rows = [];
        long bytes = 0;
        for (var result = raw.sqlite3_step(statement); result != raw.SQLITE_DONE; result = raw.sqlite3_step(statement))
        {
            if (result != raw.SQLITE_ROW)
            {
                Check(result, connection);
            }

            var row = new object?[columns.Length];
            for (var i = 0; i < row.Length; i++)
            {
                bytes += 32 + raw.sqlite3_column_bytes(statement, i);
                if (bytes > MaxResultBytes)
                {
                    throw new CapabilityException($"the result holds more than {MaxResultBytes} bytes; ask for less at once (LIMIT)");
                }

                row[i] = raw.sqlite3_column_type(statement, i) switch
                {
                    raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, i),
                    raw.SQLITE_FLOAT => raw.sqlite3_column_double(statement, i),
                    raw.SQLITE_TEXT => raw.sqlite3_column_text(statement, i).utf8_to_string(),
                    raw.SQLITE_BLOB => raw.sqlite3_column_blob(statement, i).ToArray(),
                    _ => null,
                };
            }

            rows.Add(row);
        }

        return new SqliteRows(columns, rows, bytes);
    }

    private void Check(int result, sqlite3 connection)
    {
        if (result is raw.SQLITE_OK or raw.SQLITE_DONE or raw.SQLITE_ROW)
        {
            return;
        }

        throw (result & 0xff) switch
        {
            raw.SQLITE_FULL => new CapabilityException("the database is full", failure: CapabilityFailure.Full),
            raw.SQLITE_INTERRUPT => new CapabilityException($"the statement ran longer than {host.StatementTime.TotalSeconds:0.###} s"),
            _ => new CapabilityException(raw.sqlite3_errmsg(connection).utf8_to_string()),
        };
    }
}
