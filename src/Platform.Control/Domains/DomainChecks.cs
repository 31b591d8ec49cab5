using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Control.Audit;
using Platform.Control.Snapshots;
using Platform.Data;

namespace Platform.Control.Domains;

/// <summary>
/// Keeps domains true to their proof: each verified one is looked at daily, and stops answering after three days in a row without. Names of apps that are gone are held for a while, then freed; claims that
/// nobody proves lapse.
/// </summary>
internal sealed partial class DomainChecks(
    Database database, DomainChecker checker, SnapshotStore snapshots, AuditTrail audit, ControlOptions options, TimeProvider time, ILogger<DomainChecks> logger) : BackgroundService
{
    /// <summary>A day in milliseconds.</summary>
    public const long Day = 24 * 60 * 60 * 1000;

    private const int MaxFailedDays = 3;
    private const long ClaimLifetime = 30 * Day;
    private const int Batch = 200;
    private const int AtOnce = 8;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>One turn.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ReleaseAsync(cancellationToken);
        var due = await database.QueryAsync<DueRow>(
            $"""
            SELECT {DomainStore.Columns}, a.name AS App, t.name AS Tenant FROM domains d JOIN apps a ON a.id = d.app_id JOIN tenants t ON t.id = a.tenant_id
            WHERE d.due_at <= @now AND d.verified_at IS NOT NULL ORDER BY d.due_at LIMIT {Batch}
            """,
            new { now = Now },
            cancellationToken);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (row, token) => await CheckAsync(row, token));
        if (due.Count > 0)
        {
            await snapshots.RefreshAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RunAsync(stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task CheckAsync(DueRow row, CancellationToken cancellationToken)
    {
        // Of several processes the one that moves the day checks.
        var now = Now;
        if (await database.ExecuteAsync(
            "UPDATE domains SET due_at = @next, checked_at = @now WHERE id = @Id AND due_at <= @now AND verified_at IS NOT NULL", new { row.Id, now, next = now + Day }, cancellationToken) == 0)
        {
            return;
        }

        WarnOfExpiry(row);
        var check = await checker.CheckAsync(row.Name, row.Token, cancellationToken);
        if (check.Method is not null)
        {
            await database.ExecuteAsync(
                "UPDATE domains SET failed_days = 0, failure = NULL, method = @Method, revision = revision + 1 WHERE id = @Id", new { row.Id, check.Method }, cancellationToken);
        }
        else if (!check.IsConclusive)
        {
            // Perhaps it is this platform's resolver that is away: that must not take everybody's domains down.
            LogUnclear(row.Name, row.Tenant, check.Failure!);
        }
        else
        {
            await FailAsync(row, check.Failure!, cancellationToken);
        }
    }

    private async Task FailAsync(DueRow row, string failure, CancellationToken cancellationToken)
    {
        var days = row.FailedDays + 1;
        LogUnproven(row.Name, row.Tenant, row.App, days, failure);
        await database.WriteAsync(
            async connection =>
            {
                // Unless it was proven or changed meanwhile.
                var lost = days >= MaxFailedDays;
                var changed = await connection.ExecuteAsync(
                    lost
                        ? """
                          UPDATE domains SET verified_at = NULL, method = NULL, due_at = NULL, failed_days = 0, failure = @failure, revision = revision + 1
                          WHERE id = @Id AND failed_days = @FailedDays AND verified_at IS NOT NULL
                          """
                        : "UPDATE domains SET failed_days = failed_days + 1, failure = @failure, revision = revision + 1 WHERE id = @Id AND failed_days = @FailedDays AND verified_at IS NOT NULL",
                    new { row.Id, row.FailedDays, failure });
                if (changed == 1 && lost)
                {
                    await connection.ExecuteAsync("DELETE FROM domain_owners WHERE domain_id = @Id", new { row.Id });
                    await audit.RecordAsync(
                        connection, Actor.Platform, new TenantScope(row.TenantId, row.Tenant), "domain.unverify", $"apps/{row.App}/domains/{row.Name}", new { row.Name }, new { row.Name, failure });
                    await Revisions.RecordDomainsAsync(connection);
                }

                return changed;
            },
            cancellationToken);
    }

    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        var now = Now;

        // An app that is deleted and can be restored holds its names as one that is gone does, and has them again when it is restored in time.
        const string HasApp =
            "EXISTS (SELECT 1 FROM apps a JOIN tenants t ON t.id = a.tenant_id WHERE a.id = domains.app_id AND a.deleted_at IS NULL AND t.deleted_at IS NULL)";
        await database.ExecuteAsync($"UPDATE domains SET released_at = @now WHERE released_at IS NULL AND NOT {HasApp}", new { now }, cancellationToken);
        await database.ExecuteAsync($"UPDATE domains SET released_at = NULL WHERE released_at IS NOT NULL AND {HasApp}", null, cancellationToken);
        var freed = await database.WriteAsync(
            async connection =>
            {
                var before = new { released = now - (long)options.DomainGrace.TotalMilliseconds, claimed = now - ClaimLifetime };
                const string Gone = "released_at <= @released OR (verified_at IS NULL AND created_at <= @claimed AND COALESCE(checked_at, 0) <= @claimed)";
                await connection.ExecuteAsync($"DELETE FROM domain_owners WHERE domain_id IN (SELECT id FROM domains WHERE {Gone})", before);
                var count = await connection.ExecuteAsync($"DELETE FROM domains WHERE {Gone}", before);
                if (count > 0)
                {
                    await Revisions.RecordDomainsAsync(connection);
                }

                return count;
            },
            cancellationToken);
        if (freed > 0)
        {
            await snapshots.RefreshAsync(cancellationToken);
        }
    }

    private void WarnOfExpiry(DueRow row)
    {
        if (row.Certificate is not null && DomainCertificates.Expiry(row.Certificate) is var expires && expires - time.GetUtcNow() <= DomainCertificates.WarnBefore)
        {
            LogExpiring(row.Name, row.Tenant, row.App, expires);
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(3051, LogLevel.Warning, "The daily check of domains failed; it is tried again")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(3052, LogLevel.Warning, "The domain {Domain} of {Tenant} couldn't be checked: {Failure}")]
    private partial void LogUnclear(string domain, string tenant, string failure);

    [LoggerMessage(3053, LogLevel.Warning, "The domain {Domain} of {Tenant}/{App} isn't proven, day {Day} of 3: {Failure}")]
    private partial void LogUnproven(string domain, string tenant, string app, long day, string failure);

    [LoggerMessage(3054, LogLevel.Warning, "The certificate of the domain {Domain} of {Tenant}/{App} expires at {Expires:u}")]
    private partial void LogExpiring(string domain, string tenant, string app, DateTimeOffset expires);

    private sealed class DueRow
    {
        public required long Id { get; init; }

        public required string Name { get; init; }

        public required long TenantId { get; init; }

        public required string Token { get; init; }

        public required long FailedDays { get; init; }

        public string? Certificate { get; init; }

        public required string App { get; init; }

        public required string Tenant { get; init; }
    }
}
