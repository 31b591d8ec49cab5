using System.Data.Common;
using Dapper;
using Platform.Data.Moves;

namespace Platform.Data.Migrations;

/// <summary>
/// Brings a database to the schema of this program: all missing steps in one transaction, under a lock, so that processes that start together
/// apply each step once and a crash leaves the old schema or the new one. A step later than all of this program's is a newer program's and, as all are, only adds: this program goes on beside it.
/// </summary>
public static class Migrator
{
    /// <summary>Where a database keeps which steps it has.</summary>
    internal const string Table = "schema_migrations";

    // Any constant will do; it must only be the same in every version of the program.
    internal const long AdvisoryLock = 0x706c_6174_666f_726d;

    /// <summary>Applies the steps that are missing.</summary>
    /// <exception cref="SchemaTooNewException">The database has a step between this program's that this program doesn't know: another line of programs made it.</exception>
    /// <exception cref="MigrationChangedException">An applied step differs from this program's.</exception>
    /// <exception cref="StoreUnreachableException">The database can't be reached or opened.</exception>
    /// <exception cref="StoreStartupException">A move into the database isn't over.</exception>
    public static async Task<MigrationResult> MigrateAsync(
        Database database, IReadOnlyList<Migration> migrations, TimeProvider time, CancellationToken cancellationToken)
    {
        await database.CheckReachableAsync(cancellationToken);
        return await database.WriteAsync(connection => ApplyAsync(database, connection, migrations, time), cancellationToken);
    }

    /// <summary>The steps that a database has, in order; none when it has no schema.</summary>
    /// <param name="database">The database.</param>
    /// <param name="connection">A connection to it.</param>
    /// <param name="migrations">This program's steps.</param>
    /// <exception cref="SchemaTooNewException">The database has steps that this program doesn't know.</exception>
    /// <exception cref="MigrationChangedException">An applied step differs from this program's.</exception>
    public static async Task<IReadOnlyList<AppliedMigration>> ReadAsync(Database database, DbConnection connection, IReadOnlyList<Migration> migrations)
    {
        ArgumentNullException.ThrowIfNull(database);
        var isThere = await connection.ExecuteScalarAsync<bool>(database.Dialect == Dialect.Postgres
            ? "SELECT to_regclass('schema_migrations') IS NOT NULL"
            : "SELECT COUNT(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'");
        if (!isThere)
        {
            return [];
        }

        var applied = await ReadAppliedAsync(connection);
        Check(database.Description, migrations, applied);
        return applied;
    }

    /// <summary>Applies the steps that are missing, within the caller's transaction.</summary>
    internal static async Task<MigrationResult> ApplyAsync(
        Database database, DbConnection connection, IReadOnlyList<Migration> migrations, TimeProvider time)
    {
        // SQLite's write transaction is already exclusive among writers.
        if (database.Dialect == Dialect.Postgres)
        {
            await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@key)", new { key = AdvisoryLock });
            await MoveMarks.RefuseBegunAsync(database, connection);
        }

        await connection.ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS schema_migrations (id text PRIMARY KEY, checksum text NOT NULL, applied_at bigint NOT NULL)");
        var applied = await ReadAppliedAsync(connection);
        var newest = migrations.Count == 0 ? "" : migrations[^1].Id;
        List<string> newer = [.. applied.Select(step => step.Id).Where(id => string.CompareOrdinal(id, newest) > 0)];
        applied.RemoveAll(step => newer.Contains(step.Id));
        Check(database.Description, migrations, applied);

        var known = applied.Select(step => step.Id).ToHashSet(StringComparer.Ordinal);
        var now = new List<string>();
        foreach (var migration in migrations.Where(m => !known.Contains(m.Id)))
        {
            await connection.ExecuteAsync(migration.Sql);
            await connection.ExecuteAsync(
                "INSERT INTO schema_migrations (id, checksum, applied_at) VALUES (@Id, @Checksum, @at)",
                new { migration.Id, migration.Checksum, at = time.GetUtcNow().ToUnixTimeMilliseconds() });
            now.Add(migration.Id);
        }

        return new MigrationResult(applied.Count == 0, now, newer);
    }

    private static async Task<List<AppliedMigration>> ReadAppliedAsync(DbConnection connection) =>
        [.. (await connection.QueryAsync<AppliedMigration>("SELECT id AS Id, checksum AS Checksum FROM schema_migrations")).OrderBy(step => step.Id, StringComparer.Ordinal)];

    /// <summary>Refuses steps that this program doesn't know as they are.</summary>
    /// <param name="description">Names what has them.</param>
    /// <param name="migrations">This program's steps.</param>
    /// <param name="applied">The steps.</param>
    /// <exception cref="SchemaTooNewException">There is one that this program doesn't know.</exception>
    /// <exception cref="MigrationChangedException">One differs from this program's.</exception>
    internal static void Check(string description, IReadOnlyList<Migration> migrations, IEnumerable<AppliedMigration> applied)
    {
        var known = migrations.ToDictionary(m => m.Id, m => m.Checksum, StringComparer.Ordinal);
        foreach (var step in applied)
        {
            if (!known.TryGetValue(step.Id, out var expected))
            {
                throw new SchemaTooNewException(
                    $"The schema of {description} is newer than this program, which ends at {(migrations.Count > 0 ? migrations[^1].Id : "nothing")}: it has migration {step.Id}. Run the version of the program that made it, or a later one.");
            }

            if (expected != step.Checksum)
            {
                throw new MigrationChangedException(
                    $"Migration {step.Id} of {description} was applied with another content. Run the build that applied it, or restore the database from a backup.");
            }
        }
    }
}
