using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Platform.Contracts.Versions;
using Platform.Control.Apps;
using Platform.Control.Audit;
using Platform.Control.Collection;
using Platform.Control.Deletion;
using Platform.Control.Idempotency;
using Platform.Control.Quotas;
using Platform.Control.Retention;
using Platform.Control.Snapshots;
using Platform.Control.Traffic;
using Platform.Data;

namespace Platform.Control.Versions;

/// <summary>
/// Versions, and which one is live. A version's row, the app's pointer to it and the revision are one transaction, so a crash leaves the old version live or
/// the new one. Each transaction locks the tenant's row, if it makes the app, then the app's row first and the revision last.
/// </summary>
internal sealed partial class VersionStore(Database database, TenantQuotas quotas, VersionRetention retention, AuditTrail audit, ControlOptions options, TimeProvider time)
{
    // The app's pointer comes with each version in the one statement: read apart, a version could be ready and its going live not yet seen.
    private const string Columns =
        "v.number AS Number, a.live AS Live, a.traffic AS Traffic, v.state AS State, v.reason AS Reason, v.message AS Message, v.removed_at AS RemovedAt, v.widened AS Widened, v.approved_by AS ApprovedBy, v.document AS Document, v.created_at AS CreatedAt, v.created_by AS CreatedBy";

    /// <summary>Stores a version that is compiled already and makes it live, unless an owner has to approve it first; makes the app if need be. Null when the tenant is gone.</summary>
    /// <exception cref="AppDeletedException">The name is a deleted app's that isn't purged yet.</exception>
    /// <exception cref="BlobsGoneException">A blob of it was collected meanwhile.</exception>
    public Task<NewVersion?> AddLiveAsync(
        TenantScope tenant, string app, VersionDraft draft, Actor actor, EffectRecorder<NewVersion> record, CancellationToken cancellationToken) =>
        AddingAsync(
            async connection =>
            {
                var version = await AddAsync(connection, tenant, app, draft, actor.Id, VersionStates.Ready);
                if (version is { Widened.Count: > 0 })
                {
                    await audit.RecordAsync(
                        connection, actor, tenant, "app.deploy", Target(app, version.Number), Before(version), new { version.Number, awaitingApproval = version.Widened });
                }
                else if (version is not null)
                {
                    await audit.RecordAsync(
                        connection, actor, tenant, "app.deploy", Target(app, version.Number), Before(version), new { live = version.Number });
                    await PointAsync(connection, tenant, version.AppId, version.Number);
                }

                if (version is not null)
                {
                    await record(connection, version);
                }

                if (version is { Widened.Count: 0 })
                {
                    await Revisions.RecordAsync(connection, tenant, app);
                }

                return version;
            },
            cancellationToken);

    /// <summary>Stores a version that is yet to be compiled; makes the app if need be. Null when the tenant is gone.</summary>
    /// <exception cref="AppDeletedException">The name is a deleted app's that isn't purged yet.</exception>
    /// <exception cref="BlobsGoneException">A blob of it was collected meanwhile.</exception>
    public Task<NewVersion?> AddCompilingAsync(
        TenantScope tenant, string app, VersionDraft draft, Actor actor, EffectRecorder<NewVersion> record, CancellationToken cancellationToken) =>
        AddingAsync(
            async connection =>
            {
                var version = await AddAsync(connection, tenant, app, draft, actor.Id, VersionStates.Compiling);
                if (version is not null)
                {
                    await audit.RecordAsync(connection, actor, tenant, "app.deploy", Target(app, version.Number), new { live = version.Replaced }, new { version.Number, State = VersionStates.Compiling });
                    await record(connection, version);
                    await Revisions.RecordAsync(connection, tenant, app);
                }

                return version;
            },
            cancellationToken);

    /// <summary>Ends a compiling version. A ready one goes live unless a later version became ready before it, or an owner has to approve it. False when it was ended or deleted already.</summary>
    public Task<bool> FinishAsync(PendingVersion pending, string? failure, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var parameters = new
                {
                    tenant = pending.Tenant.Id,
                    app = pending.AppId,
                    number = pending.Number,
                    state = failure is null ? VersionStates.Ready : VersionStates.Failed,
                    reason = failure,
                };
                await LockAsync(connection, pending.Tenant, pending.AppId);
                var ended = await connection.ExecuteAsync(
                    """
                    UPDATE versions SET state = @state, reason = @reason
                    WHERE app_id = @app AND tenant_id = @tenant AND number = @number AND state = 'compiling'
                    """,
                    parameters);
                if (ended == 0 || failure is not null)
                {
                    return ended == 1;
                }

                await connection.ExecuteAsync(
                    $"""
                    UPDATE apps SET live = @number, traffic = NULL, revision = revision + 1 WHERE id = @app AND tenant_id = @tenant
                    AND EXISTS (SELECT 1 FROM versions v WHERE v.app_id = @app AND v.number = @number AND {VersionStates.CanGoLive})
                    AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.app_id = @app AND v.number > @number AND {VersionStates.CanGoLive})
                    """,
                    parameters);
                await retention.RemoveOldAsync(connection, pending.Tenant, pending.AppId);
                await audit.RecordAsync(
                    connection, Actor.Platform, pending.Tenant, "app.compiled", Target(pending.App, pending.Number), after: new { pending.Number, State = VersionStates.Ready });
                await Revisions.RecordAsync(connection, pending.Tenant, pending.App);
                return true;
            },
            cancellationToken);

    /// <summary>Makes a ready version live; returns what it replaced, null when the app has no such version.</summary>
    public Task<NewVersion?> MakeLiveAsync(
        TenantScope tenant, long appId, string app, long number, Actor actor, EffectRecorder<NewVersion> record, CancellationToken cancellationToken) =>
        database.WriteAsync<NewVersion?>(
            async connection =>
            {
                await LockAsync(connection, tenant, appId);
                var ready = await connection.ExecuteScalarAsync<long>(
                    $"SELECT COUNT(*) FROM versions v WHERE v.app_id = @appId AND v.tenant_id = @tenant AND v.number = @number AND {VersionStates.CanGoLive}",
                    new { tenant = tenant.Id, appId, number });
                if (ready == 0)
                {
                    return null;
                }

                var version = await ReplaceAsync(connection, tenant, appId, number);
                await audit.RecordAsync(connection, actor, tenant, "app.rollback", Target(app, number), Before(version), new { live = number });
                await PointAsync(connection, tenant, appId, number);
                await record(connection, version);
                await Revisions.RecordAsync(connection, tenant, app);
                return version;
            },
            cancellationToken);

    public Task<VersionRow?> FindAsync(TenantScope tenant, string app, long number, CancellationToken cancellationToken) =>
        database.FindAsync<VersionRow>(
            $"""
            SELECT {Columns} FROM versions v JOIN apps a ON a.id = v.app_id
            WHERE a.tenant_id = @tenant AND v.tenant_id = @tenant AND a.name = @app AND a.deleted_at IS NULL AND v.number = @number
            """,
            new { tenant = tenant.Id, app, number },
            cancellationToken);

    /// <summary>The newest ready version older than the given one.</summary>
    public Task<VersionRow?> FindReadyBeforeAsync(TenantScope tenant, long appId, long number, CancellationToken cancellationToken) =>
        database.FindAsync<VersionRow>(
            $"""
            SELECT {Columns} FROM versions v JOIN apps a ON a.id = v.app_id
            WHERE v.tenant_id = @tenant AND v.app_id = @appId AND v.number < @number AND {VersionStates.CanGoLive} ORDER BY v.number DESC LIMIT 1
            """,
            new { tenant = tenant.Id, appId, number },
            cancellationToken);

    /// <summary>The app's versions, newest first, before <paramref name="before"/>.</summary>
    public Task<List<VersionRow>> ListAsync(TenantScope tenant, long appId, long before, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<VersionRow>(
            $"""
            SELECT {Columns} FROM versions v JOIN apps a ON a.id = v.app_id
            WHERE v.tenant_id = @tenant AND v.app_id = @appId AND v.number < @before ORDER BY v.number DESC LIMIT @count
            """,
            new { tenant = tenant.Id, appId, before, count },
            cancellationToken);

    /// <summary>Every version that is yet to be compiled, of all tenants: for going on with them after a restart.</summary>
    public async Task<IReadOnlyList<PendingVersion>> ListCompilingAsync(CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<CompilingRow>(
            """
            SELECT t.id AS TenantId, t.name AS Tenant, a.id AS AppId, a.name AS App, v.number AS Number, v.document AS Document, v.created_at AS CreatedAt
            FROM versions v JOIN apps a ON a.id = v.app_id JOIN tenants t ON t.id = v.tenant_id
            WHERE v.state = 'compiling' ORDER BY v.created_at
            """,
            null,
            cancellationToken);
        return [.. rows.Select(r => new PendingVersion(new TenantScope(r.TenantId, r.Tenant), r.AppId, r.App, r.Number, r.Document, r.CreatedAt))];
    }

    private async Task<NewVersion?> AddAsync(
        DbConnection connection, TenantScope tenant, string app, VersionDraft draft, string createdBy, string state)
    {
        if (!await quotas.ReserveAppAsync(connection, tenant, app))
        {
            return null;
        }

        await AppStore.TryInsertAsync(connection, tenant, app, options.NextSqliteShard(), Now());
        var row = await connection.QuerySingleOrDefaultAsync<NumberRow>(
            """
            UPDATE apps SET last_version = last_version + 1 WHERE tenant_id = @tenant AND name = @app
            AND EXISTS (SELECT 1 FROM tenants t WHERE t.id = @tenant AND t.deleted_at IS NULL)
            RETURNING id AS AppId, last_version AS Number, deleted_at AS DeletedAt
            """,
            new { tenant = tenant.Id, app });
        if (row is null)
        {
            return null;
        }

        if (row.DeletedAt is not null)
        {
            throw new AppDeletedException(app);
        }

        var version = await ReplaceAsync(connection, tenant, row.AppId, row.Number);
        version = version with { Widened = await FindWidenedAsync(connection, tenant, draft, version) };
        var widened = version.Widened.Count == 0 ? null : JsonSerializer.Serialize(version.Widened);
        await connection.ExecuteAsync(
            """
            INSERT INTO versions (app_id, number, tenant_id, state, document, created_at, created_by, message, widened, blobs_known)
            VALUES (@AppId, @Number, @tenant, @state, @document, @now, @createdBy, @Message, @widened, 1)
            """,
            new { row.AppId, row.Number, tenant = tenant.Id, state, document = VersionDocumentJson.Serialize(draft.Document), now = Now(), createdBy, draft.Message, widened });
        return await VersionBlobs.AddAsync(connection, tenant, row.AppId, row.Number, draft.Document) == 0 ? version : throw new BlobsGoneException();
    }

    private async Task<NewVersion?> AddingAsync(Func<DbConnection, Task<NewVersion?>> add, CancellationToken cancellationToken)
    {
        try
        {
            return await database.WriteAsync(add, cancellationToken);
        }
        catch (DbException e) when (BlobCollector.IsLostRace(e))
        {
            throw new BlobsGoneException(e);
        }
    }

    // What a version takes the place of: read once the app's row is locked.
    private static async Task<NewVersion> ReplaceAsync(DbConnection connection, TenantScope tenant, long appId, long number)
    {
        var replaced = await FindLiveAsync(connection, tenant, appId);
        return new NewVersion(appId, number, replaced?.Number, replaced?.Read(), TrafficColumn.Read(replaced?.Traffic, replaced?.Number));
    }

    private static object Before(NewVersion version) => new { live = version.Replaced, traffic = version.ReplacedTraffic };

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static string Target(string app, long version) => string.Create(CultureInfo.InvariantCulture, $"apps/{app}/versions/{version}");

    // Makes a version live; the transaction records the revision afterwards.
    private async Task PointAsync(DbConnection connection, TenantScope tenant, long appId, long number)
    {
        await connection.ExecuteAsync(
            "UPDATE apps SET live = @number, traffic = NULL, revision = revision + 1 WHERE id = @appId AND tenant_id = @tenant", new { tenant = tenant.Id, appId, number });
        await retention.RemoveOldAsync(connection, tenant, appId);
    }

    private static Task<VersionRow?> FindLiveAsync(DbConnection connection, TenantScope tenant, long appId) =>
        connection.QuerySingleOrDefaultAsync<VersionRow>(
            $"SELECT {Columns} FROM versions v JOIN apps a ON a.id = v.app_id AND a.live = v.number WHERE a.id = @appId AND a.tenant_id = @tenant",
            new { tenant = tenant.Id, appId });

    // A statement of its own: in PostgreSQL only statements that begin after the lock was got see what its last holder committed.
    private static Task<int> LockAsync(DbConnection connection, TenantScope tenant, long appId) =>
        connection.ExecuteAsync(
            "UPDATE apps SET last_version = last_version WHERE id = @appId AND tenant_id = @tenant", new { tenant = tenant.Id, appId });

    private sealed class NumberRow
    {
        public required long AppId { get; init; }

        public required long Number { get; init; }

        public long? DeletedAt { get; init; }
    }

    private sealed record CompilingRow(long TenantId, string Tenant, long AppId, string App, long Number, string Document, long CreatedAt);
}
