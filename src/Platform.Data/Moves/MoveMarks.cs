using System.Data.Common;
using System.Text.Json;
using Dapper;
using Platform.Data.Backups;
using Platform.Data.Migrations;

namespace Platform.Data.Moves;

/// <summary>
/// What a PostgreSQL database says of a move into it. While one is under way the database has one table, which names the installation and the move, and no platform starts on it. The transaction that
/// puts the store there drops it, and leaves the report among the store's keys.
/// </summary>
public static class MoveMarks
{
    private const string Table = "platform_move";
    private const string ReportName = "moved";

    /// <summary>Looks at a database.</summary>
    /// <param name="database">The database.</param>
    /// <param name="installation">What is to be moved into it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BackupException">It is neither empty nor of a move of this installation.</exception>
    /// <exception cref="StoreUnreachableException">It can't be reached.</exception>
    public static async Task<MoveTarget> FindAsync(Database database, string installation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        await database.CheckReachableAsync(cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        return await FindAsync(database, connection, installation);
    }

    /// <summary>Begins a move, or takes up the one that was begun; says which.</summary>
    /// <param name="database">The database.</param>
    /// <param name="installation">What is moved into it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BackupException">As <see cref="FindAsync(Database, string, CancellationToken)"/>, or another process has ended the move meanwhile.</exception>
    public static Task<string> BeginAsync(Database database, string installation, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(time);
        return database.WriteAsync(
            async connection =>
            {
                await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@key)", new { key = Migrator.AdvisoryLock });
                var found = await FindAsync(database, connection, installation);
                if (found.Finished is not null)
                {
                    throw new BackupException($"{database.Description}: another process has just moved the installation into it; run the command again, which looks at what is there");
                }

                if (found.Begun is { } begun)
                {
                    return begun;
                }

                var id = Guid.NewGuid().ToString("N");
                await connection.ExecuteAsync($"CREATE TABLE {Table} (id text PRIMARY KEY, installation text NOT NULL, begun_at bigint NOT NULL)");
                await connection.ExecuteAsync(
                    $"INSERT INTO {Table} (id, installation, begun_at) VALUES (@id, @installation, @now)", new { id, installation, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
                return id;
            },
            cancellationToken);
    }

    /// <summary>Refuses a database into which a move is under way.</summary>
    /// <exception cref="StoreStartupException">One is.</exception>
    internal static async Task RefuseBegunAsync(Database database, DbConnection connection)
    {
        if (await IsThereAsync(connection, Table))
        {
            throw new StoreStartupException($"{database.Description}: a move of an installation into it is under way or was cut short; run Platform.Host move again, which ends it");
        }
    }

    /// <summary>Removes the mark of a move that is about to be over, in the transaction that ends it.</summary>
    /// <exception cref="BackupException">Another one was begun, or another process has ended it.</exception>
    internal static async Task RemoveAsync(Database database, DbConnection connection, string id)
    {
        if (!await IsThereAsync(connection, Table) || await connection.QuerySingleAsync<string>($"SELECT id FROM {Table}") != id)
        {
            throw new BackupException($"{database.Description}: another process moves the installation into it too; wait for it to end");
        }

        await connection.ExecuteAsync($"DROP TABLE {Table}");
    }

    /// <summary>Leaves the report.</summary>
    internal static Task ReportAsync(DbConnection connection, MoveReport report) => connection.ExecuteAsync(
        "INSERT INTO store_keys (name, value) VALUES (@ReportName, @value)", new { ReportName, value = JsonSerializer.SerializeToUtf8Bytes(report, JsonSerializerOptions.Web) });

    private static async Task<MoveTarget> FindAsync(Database database, DbConnection connection, string installation)
    {
        if (await IsThereAsync(connection, Table))
        {
            var (id, source) = await connection.QuerySingleAsync<(string, string)>($"SELECT id, installation FROM {Table}");
            return source == installation
                ? new MoveTarget(id, null)
                : throw new BackupException($"{database.Description}: a move of another installation ({source}, this one is {installation}) was begun into it; name an empty database in ConnectionStrings:Postgres");
        }

        if (await IsThereAsync(connection, "store_keys")
            && await connection.QuerySingleOrDefaultAsync<byte[]>("SELECT value FROM store_keys WHERE name = @ReportName", new { ReportName }) is { } text
            && JsonSerializer.Deserialize<MoveReport>(text, JsonSerializerOptions.Web) is { } report
            && report.Installation == installation)
        {
            return new MoveTarget(null, report);
        }

        return await PostgresCatalog.FindAnyAsync(connection) is { } found
            ? throw new BackupException($"{database.Description}: isn't empty, it has '{found}', and no move of this installation ({installation}) was begun into it; name an empty database in ConnectionStrings:Postgres")
            : new MoveTarget(null, null);
    }

    private static Task<bool> IsThereAsync(DbConnection connection, string table) => connection.ExecuteScalarAsync<bool>("SELECT to_regclass(@table) IS NOT NULL", new { table });
}
