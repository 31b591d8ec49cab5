namespace Platform.Contracts.Sqlite;

/// <summary>Where processes that own apps' SQLite databases keep copies, for when their volume is lost.</summary>
public interface ISqliteBackups
{
    /// <summary>The copies of a shard's databases, of apps that are still there.</summary>
    Task<IReadOnlyList<SqliteBackup>> ListAsync(int shard, CancellationToken cancellationToken);

    /// <summary>Opens a copy; null when there is none any more. The reader checks the hash.</summary>
    Task<Stream?> OpenAsync(long app, string label, CancellationToken cancellationToken);

    /// <summary>Takes a copy in place of the one before; the one before stays until the new one is whole. Of an app that is gone nothing is kept.</summary>
    /// <param name="shard">The shard that the database is in.</param>
    /// <param name="backup">What is in <paramref name="content"/>.</param>
    /// <param name="content">The copy.</param>
    /// <param name="cancellationToken">Stops it; nothing has changed then.</param>
    /// <exception cref="InvalidDataException">The content isn't what was said of it.</exception>
    Task PutAsync(int shard, SqliteBackup backup, Stream content, CancellationToken cancellationToken);
}
