using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Platform.Data;

/// <summary>
/// One database: opens connections and runs transactions. Thread-safe; one for the life of the process. A connection is held for a statement or a
/// transaction, never while a client is waited for.
/// </summary>
public sealed partial class Database : IAsyncDisposable
{
    // More than the API has on its hot paths; a connection's rarer ones take turns.
    private const int PreparedStatements = 100;

    private readonly NpgsqlDataSource? _postgres;
    private readonly string? _sqlite;
    private readonly string _pragmas;

    // SQLite has one writer at a time; queueing here is fair and asynchronous, while its own busy handler polls and blocks a thread.
    private readonly SemaphoreSlim? _writer;

    private Database(Dialect dialect, string description, NpgsqlDataSource? postgres, string? sqlite, string pragmas)
    {
        Dialect = dialect;
        Description = description;
        _postgres = postgres;
        _sqlite = sqlite;
        _pragmas = pragmas;
        _writer = sqlite is null ? null : new SemaphoreSlim(1, 1);
    }

    /// <summary>The SQL that it speaks.</summary>
    public Dialect Dialect { get; }

    /// <summary>Names the database in messages: a file or a host, without secrets.</summary>
    public string Description { get; }

    /// <summary>A SQLite file, created when it isn't there; its directory must exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="durable">Whether a commit survives a power cut (<c>synchronous=FULL</c>); without, it survives the process's end only.</param>
    public static Database OpenSqlite(string path, bool durable = true)
    {
        var connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            ForeignKeys = true,
            DefaultTimeout = 30,
        }.ToString();
        var pragmas = $"PRAGMA journal_mode=WAL; PRAGMA synchronous={(durable ? "FULL" : "NORMAL")}; PRAGMA busy_timeout=30000;";
        return new Database(Dialect.Sqlite, path, null, connectionString, pragmas);
    }

    /// <summary>A SQLite file that nobody writes, for reading: nothing is made beside it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="description">Names it in messages.</param>
    internal static Database OpenSqliteAtRest(string path, string description) => new(Dialect.Sqlite, description, null, AtRestConnectionString(path), "PRAGMA query_only=ON;");

    /// <summary>How such a file is opened: SQLite neither looks for logs beside it nor locks it.</summary>
    internal static string AtRestConnectionString(string path) => new SqliteConnectionStringBuilder
    {
        DataSource = $"file:{string.Join('/', Path.GetFullPath(path).Split('/').Select(Uri.EscapeDataString))}?immutable=1",
        Mode = SqliteOpenMode.ReadOnly,
        Pooling = false,
    }.ToString();

    /// <summary>A PostgreSQL database.</summary>
    /// <param name="connectionString">Npgsql's connection string (setting <c>ConnectionStrings:Postgres</c>).</param>
    /// <param name="patient">Whether a statement may take any time, as reading or writing whole tables does.</param>
    /// <exception cref="StoreStartupException">The connection string can't be read.</exception>
    public static Database OpenPostgres(string connectionString, bool patient = false)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException e)
        {
            // The inner message names the keyword; the string itself may hold a password and stays out.
            throw new StoreStartupException($"ConnectionStrings:Postgres is not a connection string: {e.Message}", e);
        }

        // The same statements run again and again: each connection parses and plans them once. No statement leaves anything behind in its session, so that there is nothing to reset.
        if (!builder.ShouldSerialize("Max Auto Prepare"))
        {
            builder.MaxAutoPrepare = PreparedStatements;
        }

        builder.NoResetOnClose = true;
        if (patient)
        {
            builder.CommandTimeout = 0;
        }

        var description = $"PostgreSQL at {builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}";
        return new Database(Dialect.Postgres, description, new NpgsqlDataSourceBuilder(builder.ConnectionString).Build(), null, "");
    }

    /// <summary>Opens a connection for reading, or for single statements; the caller disposes it.</summary>
    public async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (_postgres is not null)
        {
            return await _postgres.OpenConnectionAsync(cancellationToken);
        }

        var connection = new SqliteConnection(_sqlite);
        try
        {
            await connection.OpenAsync(cancellationToken);

            // Pooled handles keep the pragmas of their last user, so they are set each time.
            await using var command = connection.CreateCommand();
            command.CommandText = _pragmas;
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Fails with the typed exception, and its message for the operator, when the database can't be used.</summary>
    /// <exception cref="StoreUnreachableException">It can't be reached or opened.</exception>
    public async Task CheckReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
        }
        catch (SqliteException e)
        {
            throw new StoreUnreachableException(
                $"The database {Description} can't be opened ({e.Message}) Check that the file is a database of this platform and is readable and writable.", e);
        }
        catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            var reason = e is PostgresException answer ? answer.MessageText : e.InnerException?.Message ?? e.Message;
            throw new StoreUnreachableException(
                $"ConnectionStrings:Postgres: {Description} can't be used: {reason.ReplaceLineEndings(" ")}. Start the server, or correct host, port, database, user or password.", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _writer?.Dispose();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
        else
        {
            // Closes the pooled handles, so that SQLite folds its write-ahead log into the file.
            using var connection = new SqliteConnection(_sqlite);
            SqliteConnection.ClearPool(connection);
        }
    }
}
