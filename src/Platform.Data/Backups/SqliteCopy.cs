using Microsoft.Data.Sqlite;

namespace Platform.Data.Backups;

/// <summary>SQLite's online backup: a copy of a database as it is at one moment, page by page, while others read and write it.</summary>
public static class SqliteCopy
{
    /// <summary>Copies a database into a new file. Writers aren't held up: what they commit meanwhile stays in the write-ahead log until it is done.</summary>
    /// <param name="source">The database's file; it exists.</param>
    /// <param name="target">The new file.</param>
    /// <exception cref="BackupException">The database can't be read.</exception>
    public static Task MakeAsync(string source, string target) => Task.Run(() =>
    {
        try
        {
            // Not read-only: a database whose last user was killed has a log to recover first.
            using var from = Open(source, SqliteOpenMode.ReadWrite);
            using var patience = from.CreateCommand();
            patience.CommandText = "PRAGMA busy_timeout=30000";
            patience.ExecuteNonQuery();
            using var to = Open(target, SqliteOpenMode.ReadWriteCreate);
            from.BackupDatabase(to);
        }
        catch (SqliteException e)
        {
            throw new BackupException($"{source}: can't be backed up ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})", e);
        }
    });

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
