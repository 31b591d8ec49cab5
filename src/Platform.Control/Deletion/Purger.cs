using Dapper;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Apps;
using Platform.Control.Audit;
using Platform.Control.Sqlite;
using Platform.Control.Telemetry;
using Platform.Data;

namespace Platform.Control.Deletion;

/// <summary>
/// Ends what was deleted: once the grace time is over, or at once when asked. 1. Marked as purging it can't be restored. 2. The workers remove its data. 3. Its row goes, with its versions; the blobs are collected
/// later. A row is there until its data is gone, so that what fails is tried again at the next turn. 4. Once no request of it can run any more its data is removed again: one that ran at 2 may have written since.
/// </summary>
internal sealed partial class Purger(Database database, IAppDataPurger data, SqliteBackupStore copies, TelemetryDatabase telemetry, AuditTrail audit, ControlOptions options, TimeProvider time, ILogger<Purger> logger)
{
    // The highest that Platform:Limits:MaxWallMs can be.
    private const long LongestWallMs = 3_600_000;

    // For what a request does after its time: the end of a host call, a snapshot that came late.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>Marks what is due, and goes on with all that is marked.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = (time.GetUtcNow() - options.DeletedGrace).ToUnixTimeMilliseconds();
        foreach (var tenant in await database.QueryAsync<TenantRow>(
            "SELECT id AS Id, name AS Name FROM tenants WHERE deleted_at <= @before AND purging = 0", new { before }, cancellationToken))
        {
            await MarkTenantAsync(new TenantScope(tenant.Id, tenant.Name), before, Actor.Platform, cancellationToken);
        }

        foreach (var app in await database.QueryAsync<AppRow>(
            """
            SELECT a.id AS Id, a.name AS Name, t.id AS TenantId, t.name AS Tenant FROM apps a JOIN tenants t ON t.id = a.tenant_id
            WHERE a.deleted_at <= @before AND a.purging = 0
            """,
            new { before },
            cancellationToken))
        {
            await MarkAppAsync(new TenantScope(app.TenantId, app.Tenant), app.Name, before, Actor.Platform, cancellationToken);
        }

        await ContinueAsync(cancellationToken);
        foreach (var app in await database.QueryAsync<long>("SELECT app_id FROM purged_apps WHERE due_at <= @now", new { now = Now }, cancellationToken))
        {
            if (await TryRemoveDataAsync(app, cancellationToken))
            {
                await database.ExecuteAsync("DELETE FROM purged_apps WHERE app_id = @app", new { app }, cancellationToken);
            }
        }
    }

    /// <summary>Marks a deleted app for good; returns its number, null when there is none that was deleted at or before <paramref name="before"/>.</summary>
    public Task<long?> MarkAppAsync(TenantScope tenant, string app, long before, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                // Restored meanwhile, it isn't deleted any more.
                var id = await connection.QuerySingleOrDefaultAsync<long?>(
                    "UPDATE apps SET purging = 1 WHERE tenant_id = @tenant AND name = @app AND deleted_at <= @before RETURNING id",
                    new { tenant = tenant.Id, app, before });
                if (id is not null)
                {
                    await audit.RecordAsync(connection, actor, tenant, "app.purge", $"apps/{app}", before: new { name = app });
                }

                return id;
            },
            cancellationToken);

    /// <summary>Marks a deleted tenant and its apps for good; false when it isn't one that was deleted at or before <paramref name="before"/>.</summary>
    public Task<bool> MarkTenantAsync(TenantScope tenant, long before, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var marked = await connection.ExecuteAsync(
                    "UPDATE tenants SET purging = 1 WHERE id = @tenant AND deleted_at <= @before", new { tenant = tenant.Id, before });
                if (marked == 1)
                {
                    await connection.ExecuteAsync(
                        "UPDATE apps SET purging = 1, deleted_at = COALESCE(deleted_at, @now) WHERE tenant_id = @tenant",
                        new { tenant = tenant.Id, now = Now });
                    await audit.RecordAsync(connection, actor, tenant, "tenant.purge", $"tenants/{tenant.Name}", before: new { tenant.Name });
                }

                return marked == 1;
            },
            cancellationToken);

    /// <summary>Purges all apps and tenants that are marked; what can't be done now stays marked.</summary>
    public async Task ContinueAsync(CancellationToken cancellationToken)
    {
        // What is marked is deleted: said too, since that is what the index of both tables knows.
        foreach (var app in await database.QueryAsync<long>("SELECT id FROM apps WHERE deleted_at IS NOT NULL AND purging = 1", null, cancellationToken))
        {
            await PurgeAppAsync(app, cancellationToken);
        }

        await database.ExecuteAsync(
            "DELETE FROM tenants WHERE deleted_at IS NOT NULL AND purging = 1 AND NOT EXISTS (SELECT 1 FROM apps a WHERE a.tenant_id = tenants.id)", null, cancellationToken);
    }

    /// <summary>Purges an app that is marked; false when it can't be done now.</summary>
    public async Task<bool> PurgeAppAsync(long app, CancellationToken cancellationToken)
    {
        if (!await TryRemoveDataAsync(app, cancellationToken))
        {
            return false;
        }

        var due = Now + (options.LimitCeilings.WallMs ?? LongestWallMs) + (long)Margin.TotalMilliseconds;
        return await database.WriteAsync(
            async connection =>
            {
                await connection.ExecuteAsync(
                    "INSERT INTO purged_apps (app_id, due_at) SELECT id, @due FROM apps WHERE id = @app AND purging = 1 ON CONFLICT DO NOTHING", new { app, due });
                await connection.ExecuteAsync("DELETE FROM apps WHERE id = @app AND purging = 1", new { app });
                return true;
            },
            cancellationToken);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<bool> TryRemoveDataAsync(long app, CancellationToken cancellationToken)
    {
        using var step = Steps.Begin("purge");
        try
        {
            await data.PurgeAsync(app, cancellationToken);
            await copies.RemoveAsync(app, cancellationToken);
            await telemetry.RemoveAppAsync(app, cancellationToken);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(app, e);
            return false;
        }
    }

    private sealed record TenantRow(long Id, string Name);

    private sealed record AppRow(long Id, string Name, long TenantId, string Tenant);

    [LoggerMessage(3032, LogLevel.Warning, "The data of the deleted app of number {App} could not be removed; it is tried again")]
    private partial void LogFailed(long app, Exception exception);
}
