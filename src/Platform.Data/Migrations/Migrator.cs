using System.Data.Common;
using Dapper;

namespace Platform.Data.Migrations;

/// <summary>
/// Brings a database to the schema of this program: all missing steps in one transaction, under a lock, so that processes that start together
/// apply each step once and a crash leaves the old schema or the new one. A step later than all of this program's is a newer program's and, as all are, only adds: this program goes on beside it.
/// </summary>
public static class Migrator
{
    // Any constant will do; it must only be the same in every version of the program.
    private const long AdvisoryLock = 0x706c_6174_666f_726d;

    /// <summary>Applies the steps that are missing.</summary>
    /// <exception cref="SchemaTooNewException">The database has a step between this program's that this program doesn't know: another line of programs made it.</exception>
    /// <exception cref="MigrationChangedException">An applied step differs from this program's.</exception>
    /// <exception cref="StoreUnreachableException">The database can't be reached or opened.</exception>
    public static async Task<MigrationResult> MigrateAsync(
        Database database, IReadOnlyList<Migration> migrations, TimeProvider time, CancellationToken cancellationToken)
    {
        await database.CheckReachableAsync(cancellationToken);
        return await database.WriteAsync(connection => ApplyAsync(database, connection, migrations, time), cancellationToken);
    }

    private static async Task<MigrationResult> ApplyAsync(
        Database database, DbConnection connection, IReadOnlyList<Migration> migrations, TimeProvider time)
    {
        // SQLite's write transaction is already exclusive among writers.
        if (database.Dialect == Dialect.Postgres)
        {
            await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@key)", new { key = AdvisoryLock });
        }

        await connection.ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS schema_migrations (id text PRIMARY KEY, checksum text NOT NULL, applied_at bigint NOT NULL)");
        var applied = (await connection.QueryAsync<(string Id, string Checksum)>("SELECT id, checksum FROM schema_migrations"))
            .ToDictionary(row => row.Id, row => row.Checksum, StringComparer.Ordinal);
        var newer = TakeNewer(migrations, applied);
        Check(database, migrations, applied);

        var now = new List<string>();
        foreach (var migration in migrations.Where(m => !applied.ContainsKey(m.Id)))
        {
            await connection.ExecuteAsync(migration.Sql);
            await connection.ExecuteAsync(
                "INSERT INTO schema_migrations (id, checksum, applied_at) VALUES (@Id, @Checksum, @at)",
                new { migration.Id, migration.Checksum, at = time.GetUtcNow().ToUnixTimeMilliseconds() });
            now.Add(migration.Id);
        }

        return new MigrationResult(applied.Count == 0, now, newer);
    }

    private static List<string> TakeNewer(IReadOnlyList<Migration> migrations, Dictionary<string, string> applied)
    {
        var newest = migrations.Count == 0 ? "" : migrations[^1].Id;
        List<string> newer = [.. applied.Keys.Where(id => string.CompareOrdinal(id, newest) > 0).Order(StringComparer.Ordinal)];
        newer.ForEach(id => applied.Remove(id));
        return newer;
    }

    private static void Check(Database database, IReadOnlyList<Migration> migrations, Dictionary<string, string> applied)
    {
        var known = migrations.ToDictionary(m => m.Id, m => m.Checksum, StringComparer.Ordinal);
        foreach (var (id, checksum) in applied.OrderBy(row => row.Key, StringComparer.Ordinal))
        {
            if (!known.TryGetValue(id, out var expected))
            {
                throw new SchemaTooNewException(
                    $"The schema of {database.Description} is newer than this program: it has migration {id}. Run the version of the program that made it, or a later one.");
            }

            if (expected != checksum)
            {
                throw new MigrationChangedException(
                    $"Migration {id} of {database.Description} was applied with another content. Run the build that applied it, or restore the database from a backup.");
            }
        }
    }
}
