using System.Data.Common;
using Dapper;
using Npgsql;
using NpgsqlTypes;
using Platform.Data.Migrations;
using Platform.Data.Moves;

namespace Platform.Data.Backups;

/// <summary>
/// Writes a backup, or what is moved from SQLite, into an empty PostgreSQL database, in one transaction: its schema, its rows, the migrations that came since. Disposed without <see cref="CommitAsync"/>
/// it leaves nothing. One thread at a time.
/// </summary>
public sealed class PostgresImport : IAsyncDisposable
{
    private const string Folder = "postgres";

    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private PostgresContent _content = new([], []);
    private Dictionary<string, PostgresTable> _tables = [];

    // What is being written, and the table.
    private NpgsqlRawCopyStream? _copy;
    private string? _table;

    private PostgresImport(Database database, TimeProvider time, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _database = database;
        _time = time;
        _connection = connection;
        _transaction = transaction;
    }

    /// <summary>The tables that have rows of their own, each after those that it refers to.</summary>
    internal IReadOnlyList<PostgresTable> Tables => _content.Tables;

    /// <summary>Within the transaction, for looking at what was written.</summary>
    internal NpgsqlConnection Connection => _connection;

    /// <summary>Refuses a database that isn't empty.</summary>
    /// <exception cref="BackupException">It isn't.</exception>
    /// <exception cref="StoreUnreachableException">It can't be reached.</exception>
    public static async Task RequireEmptyAsync(Database database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        await database.CheckReachableAsync(cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        await RequireEmptyAsync(database, connection);
    }

    /// <summary>Begins: makes the backup's schema.</summary>
    /// <param name="database">The database, with patience for long statements.</param>
    /// <param name="manifest">The backup's; its schema is known to this program.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BackupException">The database isn't empty.</exception>
    public static async Task<PostgresImport> BeginAsync(Database database, BackupManifest manifest, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(manifest);
        var content = manifest.Postgres ?? throw new ArgumentException("The backup is of no PostgreSQL.", nameof(manifest));
        return await BeginAsync(
            database,
            time,
            async import =>
            {
                await RequireEmptyAsync(database, import._connection);
                var steps = manifest.Migrations.Select(step => step.Id).ToHashSet(StringComparer.Ordinal);
                await import.MakeSchemaAsync([.. Migration.Embedded(Folder).Where(step => steps.Contains(step.Id))], _ => Task.FromResult(content));
            },
            cancellationToken);
    }

    /// <summary>Begins with this program's schema, in place of the mark of a move.</summary>
    /// <param name="database">The database, with patience for long statements.</param>
    /// <param name="move">The move.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BackupException">The move isn't under way there any more.</exception>
    internal static Task<PostgresImport> BeginMoveAsync(Database database, string move, TimeProvider time, CancellationToken cancellationToken) => BeginAsync(
        database,
        time,
        async import =>
        {
            await MoveMarks.RemoveAsync(database, import._connection, move);
            await import.MakeSchemaAsync(
                Migration.Embedded(Folder),
                static async connection => new PostgresContent([.. (await PostgresCatalog.TablesAsync(connection)).Where(static table => table.Name != Migrator.Table)], []));
        },
        cancellationToken);

    /// <summary>Writes rows: the next part of a table.</summary>
    /// <param name="table">The table, as the manifest names it.</param>
    /// <param name="rows">Of the backup.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task AddAsync(string table, Stream rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (table != _table)
        {
            await EndTableAsync();
            var columns = _tables.TryGetValue(table, out var found) ? found.Columns : throw new BackupException($"the backup has rows of '{table}', which its manifest doesn't name");
            _copy = await _connection.BeginRawBinaryCopyAsync(
                $"COPY {PostgresCatalog.Quote(table)} ({PostgresCatalog.Quote(columns)}) FROM STDIN (FORMAT BINARY)", cancellationToken);
            _table = table;
        }

        await rows.CopyToAsync(_copy!, cancellationToken);
    }

    /// <summary>Writes rows, one after the other, all of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns that are written, and their types.</param>
    /// <param name="rows">Their values, in that order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async Task AddAsync(string table, IReadOnlyList<(string Name, NpgsqlDbType Type)> columns, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        await EndTableAsync();
        await using var copy = await _connection.BeginBinaryImportAsync(
            $"COPY {PostgresCatalog.Quote(table)} ({PostgresCatalog.Quote(columns.Select(column => column.Name))}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            await copy.StartRowAsync(cancellationToken);
            for (var i = 0; i < row.Length; i++)
            {
                await (row[i] switch
                {
                    null => copy.WriteNullAsync(cancellationToken),
                    long number when columns[i].Type == NpgsqlDbType.Integer => copy.WriteAsync(checked((int)number), NpgsqlDbType.Integer, cancellationToken),
                    var value => copy.WriteAsync(value, columns[i].Type, cancellationToken),
                });
            }
        }

        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>Ends it: sequences, the migrations that came since, and what else has to be so from the first moment.</summary>
    public async Task CommitAsync(Func<DbConnection, Task> settle)
    {
        ArgumentNullException.ThrowIfNull(settle);
        await EndTableAsync();
        foreach (var sequence in _content.Sequences)
        {
            await _connection.ExecuteAsync(
                "SELECT setval(@name::regclass, @LastValue, @IsCalled)", new { name = PostgresCatalog.Quote(sequence.Name), sequence.LastValue, sequence.IsCalled });
        }

        // What waits for the commit would be in the way of changing tables.
        await _connection.ExecuteAsync("SET CONSTRAINTS ALL IMMEDIATE");
        await SetTriggersAsync("ENABLE");
        await _connection.ExecuteAsync("SET CONSTRAINTS ALL DEFERRED");
        await Migrator.ApplyAsync(_database, _connection, Migration.Embedded(Folder), _time);
        await settle(_connection);
        await _transaction.CommitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_copy is not null)
        {
            // To dispose of it would end it well.
            await _copy.CancelAsync();
            _copy = null;
        }

        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static async Task RequireEmptyAsync(Database database, DbConnection connection)
    {
        if (await PostgresCatalog.FindAnyAsync(connection) is { } found)
        {
            throw new BackupException($"{database.Description}: isn't empty, it has '{found}'; restore into an empty database, whose name ConnectionStrings:Postgres has");
        }
    }

    private static async Task<PostgresImport> BeginAsync(Database database, TimeProvider time, Func<PostgresImport, Task> begin, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)await database.OpenAsync(cancellationToken);
        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var import = new PostgresImport(database, time, connection, transaction);
        try
        {
            await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@key)", new { key = Migrator.AdvisoryLock });
            await begin(import);
            return import;
        }
        catch
        {
            await import.DisposeAsync();
            throw;
        }
    }

    private async Task MakeSchemaAsync(IReadOnlyList<Migration> steps, Func<DbConnection, Task<PostgresContent>> describe)
    {
        await Migrator.ApplyAsync(_database, _connection, steps, _time);
        _content = await describe(_connection);
        _tables = _content.Tables.ToDictionary(table => table.Name, StringComparer.Ordinal);

        // The rows are what triggers made of them already; and one keeps the audit trail from being emptied of what migrations may have put there.
        await SetTriggersAsync("DISABLE");
        foreach (var table in _content.Tables.Where(table => table.Parent is null).Reverse())
        {
            await _connection.ExecuteAsync($"DELETE FROM {PostgresCatalog.Quote(table.Name)}");
        }

        foreach (var partition in _content.Tables.Where(table => table.Parent is not null))
        {
            await _connection.ExecuteAsync($"CREATE TABLE {PostgresCatalog.Quote(partition.Name)} PARTITION OF {PostgresCatalog.Quote(partition.Parent!)} {partition.Bound}");
        }
    }

    private async Task SetTriggersAsync(string what)
    {
        foreach (var table in _content.Tables.Where(table => table.Parent is null))
        {
            await _connection.ExecuteAsync($"ALTER TABLE {PostgresCatalog.Quote(table.Name)} {what} TRIGGER USER");
        }
    }

    private async Task EndTableAsync()
    {
        if (_copy is { } copy)
        {
            _copy = null;
            await copy.DisposeAsync();
        }
    }
}
