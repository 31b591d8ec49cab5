using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using NpgsqlTypes;
using Platform.Data.Backups;

namespace Platform.Data.Moves;

/// <summary>
/// Puts a store of SQLite, and its logs, into PostgreSQL in one transaction, which is only committed when everything, read again, is what the source has. Disposed without <see cref="CommitAsync"/> it
/// leaves the mark of the move alone. One thread at a time.
/// </summary>
/// <param name="import">The target.</param>
public sealed class StoreMove(PostgresImport import) : IAsyncDisposable
{
    // Of those beside the store these are divided by day in PostgreSQL.
    private static readonly string[] Divided = ["app_logs", "app_minutes", "app_requests"];

    private readonly Dictionary<string, ContentDigest> _tables = new(StringComparer.Ordinal);

    /// <summary>What was copied, by table.</summary>
    public IReadOnlyDictionary<string, ContentDigest> Tables => _tables;

    /// <summary>Begins.</summary>
    /// <param name="database">The target, with patience for long statements.</param>
    /// <param name="id">The move, which was begun there.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BackupException">It isn't under way there any more.</exception>
    public static async Task<StoreMove> BeginAsync(Database database, string id, TimeProvider time, CancellationToken cancellationToken) =>
        new(await PostgresImport.BeginMoveAsync(database, id, time, cancellationToken));

    /// <summary>What a source has, by table: of the store, and of the logs when there are any.</summary>
    public static async Task<IReadOnlyDictionary<string, ContentDigest>> DigestAsync(DbConnection store, DbConnection? logs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var digests = new Dictionary<string, ContentDigest>(StringComparer.Ordinal);
        foreach (var (connection, tables) in new[] { (store, await SourceTablesAsync(store)), (logs, logs is null ? [] : await SourceTablesAsync(logs)) })
        {
            foreach (var table in tables)
            {
                var columns = await connection!.QueryAsync<string>("SELECT name FROM pragma_table_info(@table)", new { table });
                digests[table] = await DigestAsync(connection!, table, [.. columns.Order(StringComparer.Ordinal)], cancellationToken);
            }
        }

        return digests;
    }

    /// <summary>Copies the store.</summary>
    /// <exception cref="BackupException">A value is none that its column takes.</exception>
    public async Task CopyStoreAsync(DbConnection store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var there = await SourceTablesAsync(store);
        var missing = there.Except(import.Tables.Select(static table => table.Name), StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            throw new InvalidOperationException($"The migrations of PostgreSQL make no {string.Join(", ", missing)}.");
        }

        foreach (var table in import.Tables.Where(table => there.Contains(table.Name, StringComparer.Ordinal)))
        {
            await CopyAsync(store, table.Name, cancellationToken);
        }

        var numbers = await NumbersAsync(store);
        foreach (var (table, sequence) in await PostgresCatalog.IdentitiesAsync(import.Connection))
        {
            await ContinueAsync(sequence, numbers.GetValueOrDefault(table));
        }
    }

    /// <summary>Copies the logs, and what else is kept beside the store.</summary>
    /// <param name="logs">Their database.</param>
    /// <param name="divide">Makes PostgreSQL's partitions of a table for some times.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BackupException">A value is none that its column takes.</exception>
    public async Task CopyLogsAsync(DbConnection logs, Func<DbConnection, string, IEnumerable<DateTimeOffset>, Task> divide, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(logs);
        ArgumentNullException.ThrowIfNull(divide);
        foreach (var table in await SourceTablesAsync(logs))
        {
            if (Divided.Contains(table))
            {
                var days = await logs.QueryAsync<long>($"SELECT DISTINCT time / {(long)TimeSpan.FromDays(1).TotalMilliseconds} FROM {table}");
                await divide(import.Connection, table, days.Select(static day => DateTimeOffset.UnixEpoch.AddDays(day)));
            }

            await CopyAsync(logs, table, cancellationToken);
        }

        foreach (var (table, last) in await NumbersAsync(logs))
        {
            await ContinueAsync($"{table}_id", last);
        }
    }

    /// <summary>Reads everything again.</summary>
    /// <returns>How many blobs are what their names say.</returns>
    /// <exception cref="BackupException">A table isn't what the source has, or the content of a blob isn't what its name says.</exception>
    public async Task<int> VerifyAsync(CancellationToken cancellationToken)
    {
        foreach (var (table, expected) in _tables)
        {
            var columns = await PostgresCatalog.ColumnsAsync(import.Connection, table);
            var actual = await DigestAsync(import.Connection, table, [.. columns.Select(static column => column.Name)], cancellationToken);
            if (actual != expected)
            {
                throw new BackupException($"PostgreSQL has {actual.Count} rows of {table} ({actual.Sha256}), and the source {expected.Count} ({expected.Sha256}); look at its log and its disk, and run the command again");
            }
        }

        return await VerifyBlobsAsync(import.Connection, cancellationToken);
    }

    /// <summary>Makes sure that each blob of a store is what its name says.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="BackupException">One isn't.</exception>
    public static async Task<int> VerifyBlobsAsync(DbConnection store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var blobs = (await store.QueryAsync<(string Sha256, string Upload)>("SELECT sha256, upload_id FROM blobs")).AsList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (sha256, upload) in blobs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using var chunks = await store.ExecuteReaderAsync("SELECT data FROM blob_chunks WHERE upload_id = @upload ORDER BY n", new { upload });
            while (await chunks.ReadAsync(cancellationToken))
            {
                hash.AppendData((byte[])chunks[0]);
            }

            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != sha256)
            {
                throw new BackupException($"the content of blob {sha256} isn't what its SHA-256 says: it was damaged in the store; restore a backup");
            }
        }

        return blobs.Count;
    }

    /// <summary>Ends it.</summary>
    /// <param name="report">What was moved.</param>
    /// <param name="settle">Makes the store fit to begin with.</param>
    public Task CommitAsync(MoveReport report, Func<DbConnection, Task> settle)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(settle);
        return import.CommitAsync(async connection =>
        {
            await settle(connection);
            await MoveMarks.ReportAsync(connection, report);
        });
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => import.DisposeAsync();

    private async Task CopyAsync(DbConnection source, string table, CancellationToken cancellationToken)
    {
        var columns = await PostgresCatalog.ColumnsAsync(import.Connection, table);
        var there = (await source.QueryAsync<string>("SELECT name FROM pragma_table_info(@table)", new { table })).Order(StringComparer.Ordinal).ToList();
        if (!columns.Select(static column => column.Name).SequenceEqual(there, StringComparer.Ordinal))
        {
            throw new InvalidOperationException($"The migrations of SQLite and of PostgreSQL give {table} columns of other names.");
        }

        using var digester = new ContentDigester();
        await import.AddAsync(table, [.. columns.Select(static column => (column.Name, TypeOf(column.Type)))], Rows(), cancellationToken);
        _tables[table] = digester.Digest;

        async IAsyncEnumerable<object?[]> Rows()
        {
            await foreach (var row in ReadAsync(source, table, there, cancellationToken))
            {
                for (var i = 0; i < row.Length; i++)
                {
                    RequireType(table, columns[i], row[i]);
                }

                digester.Add(row);
                yield return row;
            }
        }
    }

    private Task ContinueAsync(string sequence, long last) => last > 0
        ? import.Connection.ExecuteAsync("SELECT setval(@sequence::regclass, @last)", new { sequence, last })
        : Task.CompletedTask;

    // The highest number that a table ever gave out, which is given out to nothing else though its row may be gone.
    private static async Task<Dictionary<string, long>> NumbersAsync(DbConnection source) =>
        (await source.QueryAsync<(string Table, long Last)>("SELECT name, seq FROM sqlite_sequence")).ToDictionary(static row => row.Table, static row => row.Last, StringComparer.Ordinal);

    private static async Task<IReadOnlyList<string>> SourceTablesAsync(DbConnection store) =>
        [.. await store.QueryAsync<string>($"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '{Migrations.Migrator.Table}' ORDER BY name")];

    private static async Task<ContentDigest> DigestAsync(DbConnection connection, string table, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        using var digester = new ContentDigester();
        await foreach (var row in ReadAsync(connection, table, columns, cancellationToken))
        {
            digester.Add(row);
        }

        return digester.Digest;
    }

    // As both databases can have them: PostgreSQL's text has no NUL, which becomes what the log writer makes of it.
    private static async IAsyncEnumerable<object?[]> ReadAsync(
        DbConnection connection, string table, IReadOnlyList<string> columns, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = await connection.ExecuteReaderAsync($"SELECT {PostgresCatalog.Quote(columns)} FROM {PostgresCatalog.Quote(table)}");
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new object?[columns.Count];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.GetValue(i) switch
                {
                    DBNull => null,
                    int number => (long)number,
                    string text => text.Replace('\0', '\uFFFD'),
                    var value => value,
                };
            }

            yield return row;
        }
    }

    private static NpgsqlDbType TypeOf(string type) => type switch
    {
        "bigint" => NpgsqlDbType.Bigint,
        "integer" => NpgsqlDbType.Integer,
        "text" => NpgsqlDbType.Text,
        "bytea" => NpgsqlDbType.Bytea,
        _ => throw new InvalidOperationException($"A column of type {type} isn't moved from SQLite yet."),
    };

    // SQLite's columns take anything.
    private static void RequireType(string table, (string Name, string Type) column, object? value)
    {
        var fits = (column.Type, value) switch
        {
            (_, null) => true,
            ("bigint", long) or ("integer", long and >= int.MinValue and <= int.MaxValue) or ("text", string) or ("bytea", byte[]) => true,
            _ => false,
        };
        if (!fits)
        {
            throw new BackupException($"{table}.{column.Name} of the source has a value ({value!.GetType().Name}) that a column of type {column.Type} doesn't take; the store was changed by hand: restore a backup, and move that");
        }
    }
}
