using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;
using Platform.Data.Migrations;

namespace Platform.Data.Backups;

/// <summary>
/// Writes a PostgreSQL database into a backup, by COPY in its binary form: no client program of the server's version is needed, and a restore makes the schema by the migrations that made it first.
/// </summary>
/// <remarks>
/// 1. Partitions (the logs), each by itself: who makes or drops one locks the table they are of, so that holding a lock on it until the end would hold up whoever writes logs.
/// 2. All else in one transaction, as it was at one moment. Migrations wait for its end at their own lock, not in the middle, where everybody else would queue behind them.
/// </remarks>
public static class PostgresExport
{
    private const string Folder = "postgres";

    // Between looks at whether a migration is over; they take a second or so.
    private static readonly TimeSpan MigrationPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Writes it all.</summary>
    /// <param name="database">The database, with patience for long statements.</param>
    /// <param name="writer">The backup.</param>
    /// <param name="inspect">Looks at the store as it is backed up.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What was written, and the steps of its schema.</returns>
    /// <exception cref="BackupException">There is no store, or not one of this program's schema.</exception>
    /// <exception cref="SchemaTooNewException">It is a newer program's.</exception>
    public static async Task<(PostgresContent Content, IReadOnlyList<AppliedMigration> Migrations)> RunAsync(
        Database database, BackupWriter writer, Func<DbConnection, Task> inspect, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(inspect);
        await database.CheckReachableAsync(cancellationToken);
        await using var connection = (NpgsqlConnection)await database.OpenAsync(cancellationToken);
        await StoreSchema.RequireCurrentAsync(database, connection, Folder);
        var partitions = new List<PostgresTable>();
        foreach (var partition in (await PostgresCatalog.TablesAsync(connection)).Where(table => table.Parent is not null))
        {
            if (await TryCopyAsync(connection, writer, partition, cancellationToken))
            {
                partitions.Add(partition);
            }
        }

        await using var transaction = await BeginAsync(connection, cancellationToken);
        var migrations = await StoreSchema.RequireCurrentAsync(database, connection, Folder);
        await inspect(connection);
        var tables = (await PostgresCatalog.TablesAsync(connection)).Where(table => table.Parent is null).ToList();
        foreach (var table in tables)
        {
            await CopyAsync(connection, writer, table, cancellationToken);
        }

        // After the snapshot: a number that was given out since is not given out again.
        return (new PostgresContent([.. partitions, .. tables], await PostgresCatalog.SequencesAsync(connection)), migrations);
    }

    // A lock of the transaction, as poolers that share sessions need it. The first statement takes the snapshot, before it has the lock: where it would have to wait for a migration, that would be too old.
    private static async Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            try
            {
                await connection.ExecuteAsync("SET TRANSACTION READ ONLY");
                if (await connection.ExecuteScalarAsync<bool>("SELECT pg_try_advisory_xact_lock_shared(@key)", new { key = Migrator.AdvisoryLock }))
                {
                    return transaction;
                }

                await transaction.DisposeAsync();
                await Task.Delay(MigrationPause, cancellationToken);
            }
            catch
            {
                await transaction.DisposeAsync();
                throw;
            }
        }
    }

    // False when it was dropped, as old logs are.
    private static async Task<bool> TryCopyAsync(NpgsqlConnection connection, BackupWriter writer, PostgresTable table, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync("SELECT pg_advisory_xact_lock_shared(@key)", new { key = Migrator.AdvisoryLock });
            await CopyAsync(connection, writer, table, cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return false;
        }
    }

    private static async Task CopyAsync(NpgsqlConnection connection, BackupWriter writer, PostgresTable table, CancellationToken cancellationToken)
    {
        await using var rows = await connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT {PostgresCatalog.Quote(table.Columns)} FROM {PostgresCatalog.Quote(table.Name)}) TO STDOUT (FORMAT BINARY)", cancellationToken);
        await writer.AddChunksAsync($"{Folder}/{table.Name}", rows, cancellationToken);
    }
}
