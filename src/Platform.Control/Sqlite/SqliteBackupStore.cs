using Dapper;
using Platform.Contracts.Sqlite;
using Platform.Data;
using Platform.Data.Blobs;

namespace Platform.Control.Sqlite;

/// <summary>The last copy of each app's SQLite database, in the store, and thereby in its backups.</summary>
internal sealed class SqliteBackupStore(Database database, BlobStore blobs, TimeProvider time) : ISqliteBackups
{
    public async Task<IReadOnlyList<SqliteBackup>> ListAsync(int shard, CancellationToken cancellationToken) =>
        await database.QueryAsync<SqliteBackup>(
            "SELECT b.app_id AS App, b.label AS Label, b.sha256 AS Sha256, b.size AS Size FROM database_copies b JOIN apps a ON a.id = b.app_id WHERE b.shard = @shard ORDER BY b.app_id, b.label",
            new { shard = (long)shard },
            cancellationToken);

    public async Task<Stream?> OpenAsync(long app, string label, CancellationToken cancellationToken) =>
        await database.FindAsync<Row>("SELECT upload_id AS Upload, size AS Size FROM database_copies WHERE app_id = @app AND label = @label", new { app, label }, cancellationToken) is { } row
            ? blobs.OpenKept(row.Upload, row.Size)
            : null;

    public async Task PutAsync(int shard, SqliteBackup backup, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(backup);
        var staged = await blobs.StageAsync(content, backup.Size, cancellationToken);
        var isKept = false;
        try
        {
            if (staged.Blob != new StoredBlob(backup.Sha256, backup.Size))
            {
                throw new InvalidDataException($"{staged.Blob.Size} bytes of SHA-256 {staged.Blob.Sha256} came, not {backup.Size} of {backup.Sha256}");
            }

            isKept = await database.WriteAsync(
                async connection =>
                {
                    var before = await connection.QueryAsync<string>("DELETE FROM database_copies WHERE app_id = @App AND label = @Label RETURNING upload_id", backup);
                    await BlobStore.RemoveAsync(connection, before);
                    var added = await connection.ExecuteAsync(
                        """
                        INSERT INTO database_copies (app_id, label, shard, sha256, size, upload_id, made_at)
                        SELECT id, @Label, @shard, @Sha256, @Size, @Upload, @now FROM apps WHERE id = @App
                        """,
                        new { backup.App, backup.Label, shard = (long)shard, backup.Sha256, backup.Size, staged.Upload, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
                    if (added == 1)
                    {
                        await BlobStore.KeepAsync(connection, staged);
                    }

                    return added == 1;
                },
                cancellationToken);
        }
        finally
        {
            if (!isKept)
            {
                await blobs.DiscardAsync(staged.Upload);
            }
        }
    }

    /// <summary>Removes the copies of an app's databases.</summary>
    public Task RemoveAsync(long app, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                await BlobStore.RemoveAsync(connection, await connection.QueryAsync<string>("DELETE FROM database_copies WHERE app_id = @app RETURNING upload_id", new { app }));
                return true;
            },
            cancellationToken);

    private sealed record Row(string Upload, long Size);
}
