using System.Data.Common;
using Platform.Data.Migrations;

namespace Platform.Data.Backups;

/// <summary>The schema that a backup or move is made of, and what a backup is restored into.</summary>
public static class StoreSchema
{
    /// <summary>The steps of a store that this program's own platform runs on.</summary>
    /// <param name="database">The store.</param>
    /// <param name="connection">A connection to it.</param>
    /// <param name="folder">The folder of its migrations.</param>
    /// <param name="advice">What to do about a schema of an earlier version.</param>
    /// <exception cref="BackupException">There is no store, or it lacks steps.</exception>
    /// <exception cref="SchemaTooNewException">It is a newer program's.</exception>
    public static async Task<IReadOnlyList<AppliedMigration>> RequireCurrentAsync(Database database, DbConnection connection, string folder, string advice = "back up with the version of the program that runs on it")
    {
        ArgumentNullException.ThrowIfNull(database);
        var known = Migration.Embedded(folder);
        var applied = await Migrator.ReadAsync(database, connection, known);
        return applied.Count == 0
            ? throw new BackupException($"{database.Description}: there is no store of the platform; correct ConnectionStrings:Postgres or --data-dir")
            : applied.Count == known.Count
                ? applied
                : throw new BackupException($"{database.Description}: its schema ends at {applied[^1].Id}, and this program's at {known[^1].Id}; {advice}");
    }

    /// <summary>Refuses a backup whose schema this program doesn't know.</summary>
    /// <param name="description">Names the backup.</param>
    /// <param name="applied">Its steps.</param>
    /// <param name="folder">The folder of its migrations.</param>
    /// <exception cref="SchemaTooNewException">It is a newer program's.</exception>
    /// <exception cref="MigrationChangedException">A step differs from this program's.</exception>
    public static void RequireKnown(string description, IReadOnlyList<AppliedMigration> applied, string folder) => Migrator.Check(description, Migration.Embedded(folder), applied);
}
