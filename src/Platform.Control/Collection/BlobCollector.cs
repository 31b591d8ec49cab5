using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Versions;
using Platform.Data;
using Platform.Data.Blobs;

namespace Platform.Control.Collection;

/// <summary>
/// Takes from tenants the blobs that none of their versions needs and that weren't uploaded for a while, then removes those that no tenant owns. A deploy that finds such a blob at that moment and the
/// collection meet in the foreign key of <c>version_blobs</c>, looked at as each commits: the deploy is there first and the blob stays, or it fails and changes nothing.
/// </summary>
internal sealed partial class BlobCollector(Database database, BlobStore blobs, ControlOptions options, TimeProvider time, ILogger<BlobCollector> logger)
{
    private const int AtOnce = 500;

    // PostgreSQL's code for a foreign key that doesn't hold (Appendix A of its manual).
    private const string ForeignKeyViolation = "23503";

    /// <summary>Whether a transaction failed because a row that it needs was removed meanwhile, or one that it removes is needed by now.</summary>
    public static bool IsLostRace(DbException failure) => failure.SqlState == ForeignKeyViolation;

    /// <summary>Collects once.</summary>
    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        await LearnAsync(cancellationToken);
        var before = (time.GetUtcNow() - options.BlobGrace).ToUnixTimeMilliseconds();
        var after = (Tenant: 0L, Sha256: "");
        var collected = 0;
        List<Candidate> candidates;
        do
        {
            candidates = await database.QueryAsync<Candidate>(
                """
                SELECT t.tenant_id AS TenantId, t.sha256 AS Sha256 FROM tenant_blobs t
                WHERE t.created_at < @before AND t.touched_at < @before AND (t.tenant_id > @Tenant OR (t.tenant_id = @Tenant AND t.sha256 > @Sha256))
                AND NOT EXISTS (SELECT 1 FROM version_blobs v WHERE v.tenant_id = t.tenant_id AND v.sha256 = t.sha256)
                ORDER BY t.tenant_id, t.sha256 LIMIT @AtOnce
                """,
                new { before, after.Tenant, after.Sha256, AtOnce },
                cancellationToken);
            foreach (var candidate in candidates)
            {
                collected += await TakeAsync(candidate, before, cancellationToken);
                after = (candidate.TenantId, candidate.Sha256);
            }
        }
        while (candidates.Count == AtOnce);

        if (collected > 0)
        {
            LogCollected(collected);
        }

        await blobs.SweepAsync(cancellationToken);
    }

    // All is asked again, since a deploy or an upload may have come since; a tenant with a version of unknown blobs loses none.
    private async Task<int> TakeAsync(Candidate candidate, long before, CancellationToken cancellationToken)
    {
        try
        {
            return await database.ExecuteAsync(
                """
                DELETE FROM tenant_blobs WHERE tenant_id = @TenantId AND sha256 = @Sha256 AND created_at < @before AND touched_at < @before
                AND NOT EXISTS (SELECT 1 FROM version_blobs v WHERE v.tenant_id = @TenantId AND v.sha256 = @Sha256)
                AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.tenant_id = @TenantId AND v.blobs_known = 0)
                """,
                new { candidate.TenantId, candidate.Sha256, before },
                cancellationToken);
        }
        catch (DbException e) when (IsLostRace(e))
        {
            return 0;
        }
    }

    /// <summary>Reads the documents of versions that a program of the version before added.</summary>
    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        List<Unknown> unknown;
        do
        {
            unknown = await database.QueryAsync<Unknown>(
                """
                SELECT v.app_id AS AppId, v.number AS Number, v.tenant_id AS TenantId, t.name AS Tenant, v.document AS Document
                FROM versions v JOIN tenants t ON t.id = v.tenant_id WHERE v.blobs_known = 0 LIMIT 20
                """,
                null,
                cancellationToken);
            foreach (var version in unknown)
            {
                await LearnAsync(version, cancellationToken);
            }
        }
        while (unknown.Count > 0);
    }

    private Task<int> LearnAsync(Unknown version, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                // The update locks the row: of two processes one goes on.
                var needed = await connection.QuerySingleOrDefaultAsync<int?>(
                    """
                    UPDATE versions SET blobs_known = 1 WHERE app_id = @AppId AND number = @Number AND blobs_known = 0
                    RETURNING CASE WHEN removed_at IS NULL THEN 1 ELSE 0 END
                    """,
                    version);
                return needed == 1
                    ? await VersionBlobs.AddAsync(
                        connection, new TenantScope(version.TenantId, version.Tenant), version.AppId, version.Number, VersionDocumentJson.Deserialize(version.Document))
                    : 0;
            },
            cancellationToken);

    private sealed record Candidate(long TenantId, string Sha256);

    private sealed record Unknown(long AppId, long Number, long TenantId, string Tenant, string Document);

    [LoggerMessage(3031, LogLevel.Information, "{Count} blobs that no version needs were taken from their tenants")]
    private partial void LogCollected(int count);
}
