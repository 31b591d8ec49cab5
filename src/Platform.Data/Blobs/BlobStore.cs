using System.Buffers;
using System.Data.Common;
using System.Security.Cryptography;
using Dapper;

namespace Platform.Data.Blobs;

/// <summary>
/// Modules and files by the SHA-256 of their content, in rows of <see cref="ChunkBytes"/>, streamed both ways: a reader or writer holds one chunk.
/// A blob is stored once however many tenants have it; a tenant sees it only if the tenant has uploaded it itself.
/// </summary>
/// <remarks>
/// An upload writes chunks under a random id. Only when all came and the hash is right does one transaction make the blob and the ownership visible;
/// whatever else happens leaves chunks that nobody sees, removed at once when possible and by <see cref="SweepAsync"/> after a crash.
/// The same transaction locks the tenant's row and holds its bytes to what it may own, so that the limit is exact however many upload at once. What is past the limit while it comes is only hashed,
/// not stored: it may turn out to be owned already.
/// </remarks>
public sealed class BlobStore(Database database, TimeProvider time, IStorageLimits? limits = null)
{
    /// <summary>Bytes of one row: few round trips for a 64 MiB module, and small beside a request's other memory.</summary>
    public const int ChunkBytes = 256 << 10;

    private const string StorageQuota = "storageBytes";

    // What was uploaded again is as new, so that it isn't collected as unused.
    private const string Touch = "UPDATE tenant_blobs SET touched_at = @now WHERE tenant_id = @tenant AND sha256 = @Sha256";

    private const string InsertChunk = "INSERT INTO blob_chunks (upload_id, n, data) VALUES (@upload, @n, @data)";

    // Longer than any upload may take, so that a sweep never touches one under way in another process.
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(6);

    /// <summary>Stores what the stream holds for the tenant.</summary>
    /// <param name="tenant">The owner to be.</param>
    /// <param name="content">Read to its end, or until it breaks the limit.</param>
    /// <param name="expectedSha256">The hash it must have, lower-case hex; null takes any.</param>
    /// <param name="maxBytes">The most it may hold.</param>
    /// <param name="cancellationToken">Stops the upload; nothing is kept.</param>
    /// <exception cref="QuotaExceededException">The tenant may not own that much; nothing was kept.</exception>
    public async Task<BlobStoreResult> StoreAsync(
        TenantScope tenant, Stream content, string? expectedSha256, long maxBytes, CancellationToken cancellationToken)
    {
        var room = await RoomAsync(tenant, cancellationToken);
        if (room <= 0 && expectedSha256 is not null && await FindAsync(tenant, expectedSha256, cancellationToken) is null)
        {
            throw await ExceededAsync(tenant, cancellationToken);
        }

        // Rented: a version of thousands of files would otherwise make as many large objects.
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var first = await FillAsync(content, buffer, cancellationToken);
            return first < ChunkBytes
                ? await StoreSmallAsync(tenant, buffer[..first], expectedSha256, maxBytes, cancellationToken)
                : await StoreLargeAsync(tenant, buffer, content, expectedSha256, maxBytes, room, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The size of a blob that the tenant owns; null when it owns none of that hash.</summary>
    public Task<long?> FindAsync(TenantScope tenant, string sha256, CancellationToken cancellationToken) =>
        database.FindAsync<long?>(
            "SELECT b.size FROM tenant_blobs t JOIN blobs b ON b.sha256 = t.sha256 WHERE t.tenant_id = @tenant AND t.sha256 = @sha256",
            new { tenant = tenant.Id, sha256 },
            cancellationToken);

    /// <summary>Bytes of all that the tenant owns.</summary>
    public Task<long> OwnedBytesAsync(TenantScope tenant, CancellationToken cancellationToken) =>
        database.FindAsync<long>("SELECT storage_bytes FROM tenants WHERE id = @tenant", new { tenant = tenant.Id }, cancellationToken);

    /// <summary>Opens a blob that the tenant owns; null when it owns none of that hash.</summary>
    public async Task<Stream?> OpenAsync(TenantScope tenant, string sha256, CancellationToken cancellationToken) =>
        await FindAsync(tenant, sha256, cancellationToken) is null ? null : await OpenAnyAsync(sha256, cancellationToken);

    /// <summary>Opens a blob for the platform itself, whoever owns it: only for workers, which ask for what a checked version names.</summary>
    public async Task<Stream?> OpenAnyAsync(string sha256, CancellationToken cancellationToken)
    {
        var blob = await database.FindAsync<BlobRow>(
            "SELECT upload_id AS UploadId, size AS Size FROM blobs WHERE sha256 = @sha256", new { sha256 }, cancellationToken);
        return blob is null ? null : new BlobStream(database, blob.UploadId, blob.Size);
    }

    /// <summary>Stores what the stream holds where nobody sees it, for the platform itself. Whoever keeps it calls <see cref="KeepAsync"/> in the transaction that names it, else <see cref="DiscardAsync"/>.</summary>
    public async Task<StagedBlob> StageAsync(Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        var upload = Guid.NewGuid().ToString("N");
        await database.ExecuteAsync(
            "INSERT INTO blob_uploads (id, started_at) VALUES (@upload, @now)", new { upload, now = Now() }, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var first = await FillAsync(content, buffer, cancellationToken);
            return new StagedBlob(upload, await WriteChunksAsync(upload, buffer, first, content, maxBytes, long.MaxValue, cancellationToken));
        }
        catch
        {
            await DiscardAsync(upload);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Keeps what was staged, within a transaction.</summary>
    public static Task KeepAsync(DbConnection connection, StagedBlob staged) => connection.ExecuteAsync("DELETE FROM blob_uploads WHERE id = @Upload", staged);

    /// <summary>Removes what was staged and isn't kept. Not cancellable: it runs because the upload failed or was cancelled.</summary>
    public Task<int> DiscardAsync(string upload) =>
        database.WriteAsync(
            async connection =>
            {
                // An upload whose commit was reported lost but did happen is no longer listed, and keeps its chunks.
                var listed = await connection.ExecuteAsync("DELETE FROM blob_uploads WHERE id = @upload", new { upload });
                return listed == 0 ? 0 : await connection.ExecuteAsync("DELETE FROM blob_chunks WHERE upload_id = @upload", new { upload });
            },
            CancellationToken.None);

    /// <summary>Removes what was kept, within a transaction.</summary>
    public static Task RemoveAsync(DbConnection connection, IEnumerable<string> uploads) =>
        connection.ExecuteAsync("DELETE FROM blob_chunks WHERE upload_id = @upload", uploads.Select(static upload => new { upload }));

    /// <summary>Opens what was kept.</summary>
    public Stream OpenKept(string upload, long size) => new BlobStream(database, upload, size);

    /// <summary>Removes what uploads cut short by a crash left, and blobs that no tenant owns any more.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = Now() - (long)AbandonedAfter.TotalMilliseconds;
        var abandoned = await database.QueryAsync<string>(
            "SELECT id FROM blob_uploads WHERE started_at < @before", new { before }, cancellationToken);
        foreach (var upload in abandoned)
        {
            await DiscardAsync(upload);
        }

        // Young blobs stay: their owner may be about to upload the rest of a deploy.
        await database.WriteAsync(
            async connection =>
            {
                // An upload of the same content that commits meanwhile holds the blob's row by its foreign key: then this fails and all is rolled back.
                var uploads = await connection.QueryAsync<string>(
                    """
                    DELETE FROM blobs WHERE created_at < @before AND NOT EXISTS (SELECT 1 FROM tenant_blobs t WHERE t.sha256 = blobs.sha256)
                    RETURNING upload_id
                    """,
                    new { before });
                await RemoveAsync(connection, uploads);
                return true;
            },
            cancellationToken);
    }

    // One chunk needs no staging: a version with thousands of small files costs one commit each.
    private async Task<BlobStoreResult> StoreSmallAsync(
        TenantScope tenant, byte[] content, string? expectedSha256, long maxBytes, CancellationToken cancellationToken)
    {
        var blob = new StoredBlob(Convert.ToHexStringLower(SHA256.HashData(content)), content.Length);
        if (Refuse(blob, expectedSha256, maxBytes) is { } refusal)
        {
            return refusal;
        }

        // What the tenant owns already, as with each deploy of an unchanged module, costs one statement and no lock of the tenant's row.
        if (await database.ExecuteAsync(Touch, new { tenant = tenant.Id, blob.Sha256, now = Now() }, cancellationToken) == 1)
        {
            return Stored(blob, owned: false);
        }

        var upload = Guid.NewGuid().ToString("N");
        var (_, owned) = await database.WriteAsync(
            async connection =>
            {
                var published = await PublishAsync(connection, tenant, blob, upload);
                if (published.Kept && content.Length > 0)
                {
                    await connection.ExecuteAsync(InsertChunk, new { upload, n = 0, data = content });
                }

                return published;
            },
            cancellationToken);
        return Stored(blob, owned);
    }

    private async Task<BlobStoreResult> StoreLargeAsync(
        TenantScope tenant, byte[] buffer, Stream content, string? expectedSha256, long maxBytes, long room, CancellationToken cancellationToken)
    {
        var upload = Guid.NewGuid().ToString("N");
        await database.ExecuteAsync(
            "INSERT INTO blob_uploads (id, started_at) VALUES (@upload, @now)", new { upload, now = Now() }, cancellationToken);
        var kept = false;
        try
        {
            var blob = await WriteChunksAsync(upload, buffer, ChunkBytes, content, maxBytes, room, cancellationToken);
            if (Refuse(blob, expectedSha256, maxBytes) is { } refusal)
            {
                return refusal;
            }

            if (blob.Size > room)
            {
                return await FindAsync(tenant, blob.Sha256, cancellationToken) is null ? throw await ExceededAsync(tenant, cancellationToken) : Stored(blob, owned: false);
            }

            (kept, var owned) = await database.WriteAsync(connection => PublishAsync(connection, tenant, blob, upload), cancellationToken);
            return Stored(blob, owned);
        }
        finally
        {
            if (!kept)
            {
                await DiscardAsync(upload);
            }
        }
    }

    // Starts with what is in the buffer; stops early once the limit is broken, and storing once there is no room.
    private async Task<StoredBlob> WriteChunksAsync(
        string upload, byte[] buffer, int read, Stream content, long maxBytes, long room, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long size = 0;
        for (var n = 0; read > 0; n++)
        {
            size += read;
            if (size > maxBytes)
            {
                break;
            }

            hash.AppendData(buffer, 0, read);
            if (size <= room)
            {
                var data = read == buffer.Length ? buffer : buffer[..read];
                await database.ExecuteAsync(InsertChunk, new { upload, n, data }, cancellationToken);
            }

            read = await FillAsync(content, buffer, cancellationToken);
        }

        return new StoredBlob(Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }

    private static ValueTask<int> FillAsync(Stream content, byte[] buffer, CancellationToken cancellationToken) =>
        content.ReadAtLeastAsync(buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancellationToken);

    private static BlobStoreResult? Refuse(StoredBlob blob, string? expectedSha256, long maxBytes) =>
        blob.Size > maxBytes ? new BlobStoreResult(BlobStoreStatus.TooLarge, null)
        : expectedSha256 is not null && expectedSha256 != blob.Sha256 ? new BlobStoreResult(BlobStoreStatus.HashMismatch, blob)
        : null;

    private static BlobStoreResult Stored(StoredBlob blob, bool owned) =>
        new(owned ? BlobStoreStatus.Stored : BlobStoreStatus.AlreadyOwned, blob);

    private async Task<(bool Kept, bool Owned)> PublishAsync(DbConnection connection, TenantScope tenant, StoredBlob blob, string upload)
    {
        var parameters = new { tenant = tenant.Id, blob.Sha256, blob.Size, upload, now = Now() };

        // First of all, as wherever a tenant's row is locked. No row: the tenant is gone, which the foreign key below says.
        var before = await connection.QuerySingleOrDefaultAsync<long>(
            "UPDATE tenants SET storage_bytes = storage_bytes WHERE id = @tenant RETURNING storage_bytes", parameters);
        var added = await connection.ExecuteAsync(
            "INSERT INTO blobs (sha256, size, upload_id, created_at) VALUES (@Sha256, @Size, @upload, @now) ON CONFLICT DO NOTHING", parameters);
        int owned;
        do
        {
            owned = await connection.ExecuteAsync(
                "INSERT INTO tenant_blobs (tenant_id, sha256, created_at) VALUES (@tenant, @Sha256, @now) ON CONFLICT DO NOTHING", parameters);
        }
        while (owned == 0 && !await TouchAsync(connection, parameters));

        if (owned == 1 && limits?.LimitOf(tenant) is { } limit && before + blob.Size > limit)
        {
            throw new QuotaExceededException(StorageQuota, limit, before);
        }

        if (added == 1)
        {
            await connection.ExecuteAsync("DELETE FROM blob_uploads WHERE id = @upload", parameters);
        }

        return (added == 1, owned == 1);
    }

    private async Task<long> RoomAsync(TenantScope tenant, CancellationToken cancellationToken) =>
        limits?.LimitOf(tenant) is { } limit ? limit - await OwnedBytesAsync(tenant, cancellationToken) : long.MaxValue;

    private async Task<QuotaExceededException> ExceededAsync(TenantScope tenant, CancellationToken cancellationToken) =>
        new(StorageQuota, limits?.LimitOf(tenant) ?? long.MaxValue, await OwnedBytesAsync(tenant, cancellationToken));

    // False when it was collected since it was found.
    private static async Task<bool> TouchAsync(DbConnection connection, object parameters) => await connection.ExecuteAsync(Touch, parameters) == 1;

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record BlobRow(string UploadId, long Size);
}
