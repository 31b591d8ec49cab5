using System.Data.Common;
using Dapper;
using Platform.Control.Audit;
using Platform.Control.Idempotency;
using Platform.Control.Snapshots;
using Platform.Data;

namespace Platform.Control.Domains;

/// <summary>Custom domains of apps. Several may claim a name; <c>domain_owners</c> says who proved it first.</summary>
internal sealed class DomainStore(Database database, AuditTrail audit, TimeProvider time)
{
    /// <summary>Domains of one app at most.</summary>
    public const int MaxPerApp = 100;

    internal const string Columns =
        """
        d.id AS Id, d.name AS Name, d.tenant_id AS TenantId, d.app_id AS AppId, d.token AS Token, d.created_at AS CreatedAt, d.checked_at AS CheckedAt, d.failure AS Failure,
        d.verified_at AS VerifiedAt, d.method AS Method, d.failed_days AS FailedDays, d.certificate AS Certificate, d.revision AS Revision
        """;

    private const string OfApp = "FROM domains d JOIN apps a ON a.id = d.app_id WHERE a.tenant_id = @tenant AND a.name = @app AND a.deleted_at IS NULL";

    /// <summary>How long after a check by the caller the next may be: each asks other people's servers.</summary>
    public static TimeSpan CheckInterval { get; } = TimeSpan.FromSeconds(5);

    public Task<DomainRow?> FindAsync(TenantScope tenant, string app, string name, CancellationToken cancellationToken) =>
        database.FindAsync<DomainRow>($"SELECT {Columns} {OfApp} AND d.name = @name", new { tenant = tenant.Id, app, name }, cancellationToken);

    /// <summary>The app's domains in the order of their claiming, after <paramref name="after"/>.</summary>
    public Task<List<DomainRow>> ListAsync(TenantScope tenant, string app, long after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<DomainRow>(
            $"SELECT {Columns} {OfApp} AND d.id > @after ORDER BY d.id LIMIT @count", new { tenant = tenant.Id, app, after, count }, cancellationToken);

    /// <summary>Claims a name for an app.</summary>
    public Task<(DomainChange Change, DomainRow? Row)> CreateAsync(
        TenantScope tenant, string app, string name, string token, Actor actor, EffectRecorder<DomainRow> record, CancellationToken cancellationToken) =>
        database.WriteAsync<(DomainChange, DomainRow?)>(
            async connection =>
            {
                var ids = new { tenant = tenant.Id, app };
                if (await connection.QuerySingleOrDefaultAsync<long?>("SELECT id FROM apps WHERE tenant_id = @tenant AND name = @app AND deleted_at IS NULL", ids) is not { } appId)
                {
                    return (DomainChange.NotFound, null);
                }

                if (await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM domains WHERE app_id = @appId", new { appId }) >= MaxPerApp)
                {
                    return (DomainChange.TooMany, null);
                }

                var made = await connection.ExecuteAsync(
                    """
                    INSERT INTO domains (name, tenant_id, app_id, token, created_at) VALUES (@name, @tenant, @appId, @token, @now) ON CONFLICT DO NOTHING
                    """,
                    new { name, tenant = tenant.Id, appId, token, now = Now });
                if (made == 0)
                {
                    return (DomainChange.Exists, null);
                }

                var row = await connection.QuerySingleAsync<DomainRow>(
                    $"SELECT {Columns} FROM domains d WHERE d.app_id = @appId AND d.name = @name AND d.tenant_id = @tenant", new { appId, name, tenant = tenant.Id });
                await record(connection, row);
                await RecordAsync(connection, actor, tenant, "domain.create", app, name, after: new { name });
                return (DomainChange.Done, row);
            },
            cancellationToken);

    /// <summary>Takes the turn to look for a proof because the caller asks; false when that was done just before.</summary>
    public async Task<bool> TryBeginCheckAsync(TenantScope tenant, DomainRow row, CancellationToken cancellationToken) =>
        await database.ExecuteAsync(
            "UPDATE domains SET checked_at = @now WHERE id = @Id AND tenant_id = @tenant AND (checked_at IS NULL OR checked_at <= @before)",
            new { row.Id, tenant = tenant.Id, now = Now, before = Now - (long)CheckInterval.TotalMilliseconds },
            cancellationToken) == 1;

    /// <summary>The proof isn't there, at a check that the caller asked for: that says nothing for a verified domain's days.</summary>
    public Task NoteFailureAsync(TenantScope tenant, DomainRow row, string failure, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "UPDATE domains SET failure = @failure, revision = revision + 1 WHERE id = @Id AND tenant_id = @tenant", new { row.Id, tenant = tenant.Id, failure }, cancellationToken);

    /// <summary>The proof is there: the name is the app's unless somebody had it before.</summary>
    public Task<(DomainChange Change, DomainRow? Row)> VerifyAsync(
        TenantScope tenant, string app, DomainRow row, string method, Actor actor, EffectRecorder<DomainRow> record, CancellationToken cancellationToken) =>
        database.WriteAsync<(DomainChange, DomainRow?)>(
            async connection =>
            {
                // A name that this tenant's own deleted app holds is no other's.
                var held = new { row.Name, tenant = tenant.Id };
                await connection.ExecuteAsync(
                    """
                    DELETE FROM domain_owners WHERE name = @Name AND domain_id IN (
                        SELECT d.id FROM domains d WHERE d.name = @Name AND d.tenant_id = @tenant AND NOT EXISTS (SELECT 1 FROM apps a WHERE a.id = d.app_id AND a.deleted_at IS NULL))
                    """,
                    held);
                await connection.ExecuteAsync("INSERT INTO domain_owners (name, domain_id) VALUES (@Name, @Id) ON CONFLICT DO NOTHING", new { row.Name, row.Id });
                if (await connection.ExecuteScalarAsync<long>("SELECT domain_id FROM domain_owners WHERE name = @Name", new { row.Name }) != row.Id)
                {
                    return (DomainChange.Taken, null);
                }

                var now = Now;
                var changed = await connection.ExecuteAsync(
                    """
                    UPDATE domains SET verified_at = COALESCE(verified_at, @now), method = @method, due_at = @due, failed_days = 0, failure = NULL, revision = revision + 1
                    WHERE id = @Id AND tenant_id = @tenant
                    """,
                    new { row.Id, tenant = tenant.Id, method, now, due = now + DomainChecks.Day });
                if (changed == 0)
                {
                    await connection.ExecuteAsync("DELETE FROM domain_owners WHERE name = @Name AND domain_id = @Id", new { row.Name, row.Id });
                    return (DomainChange.NotFound, null);
                }

                var verified = await connection.QuerySingleAsync<DomainRow>($"SELECT {Columns} FROM domains d WHERE d.id = @Id", new { row.Id });
                await record(connection, verified);
                if (row.VerifiedAt is null)
                {
                    await RecordAsync(connection, actor, tenant, "domain.verify", app, row.Name, after: new { row.Name, method });
                }

                return (DomainChange.Done, verified);
            },
            cancellationToken);

    /// <summary>Gives a name up: it is free at once.</summary>
    public Task<DomainChange> DeleteAsync(TenantScope tenant, string app, string name, long? revision, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            tenant,
            app,
            name,
            revision,
            async (connection, row) =>
            {
                await connection.ExecuteAsync("DELETE FROM domain_owners WHERE domain_id = @Id", new { row.Id });
                await connection.ExecuteAsync("DELETE FROM domains WHERE id = @Id", new { row.Id });
                await RecordAsync(connection, actor, tenant, "domain.delete", app, name, before: new { name, verified = row.VerifiedAt is not null });
            },
            cancellationToken);

    /// <summary>Sets or, with null, removes the certificate.</summary>
    public Task<DomainChange> SetCertificateAsync(
        TenantScope tenant, string app, string name, StoredCertificate? certificate, long? revision, Actor actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            tenant,
            app,
            name,
            revision,
            async (connection, row) =>
            {
                await connection.ExecuteAsync(
                    "UPDATE domains SET certificate = @Chain, certificate_key = @ProtectedKey, certificate_sha256 = @Sha256, revision = revision + 1 WHERE id = @Id",
                    new { row.Id, certificate?.Chain, certificate?.ProtectedKey, certificate?.Sha256 });
                await RecordAsync(
                    connection,
                    actor,
                    tenant,
                    certificate is null ? "domain.certificate.delete" : "domain.certificate.set",
                    app,
                    name,
                    row.Certificate is null ? null : new { sha256 = DomainCertificates.Fingerprint(row.Certificate) },
                    certificate is null ? null : new { certificate.Sha256 });
            },
            cancellationToken);

    private Task<DomainChange> ChangeAsync(
        TenantScope tenant, string app, string name, long? revision, Func<DbConnection, DomainRow, Task> change, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                // The row is taken first, so that what is compared is what is changed.
                var parameters = new { tenant = tenant.Id, app, name };
                await connection.ExecuteAsync(
                    "UPDATE domains SET name = name WHERE name = @name AND app_id IN (SELECT id FROM apps WHERE tenant_id = @tenant AND name = @app AND deleted_at IS NULL)", parameters);
                var row = await connection.QuerySingleOrDefaultAsync<DomainRow>($"SELECT {Columns} {OfApp} AND d.name = @name", parameters);
                if (row is null)
                {
                    return DomainChange.NotFound;
                }

                if (revision is not null && revision != row.Revision)
                {
                    return DomainChange.Stale;
                }

                await change(connection, row);
                return DomainChange.Done;
            },
            cancellationToken);

    private async Task RecordAsync(
        DbConnection connection, Actor actor, TenantScope tenant, string action, string app, string name, object? before = null, object? after = null)
    {
        await audit.RecordAsync(connection, actor, tenant, action, $"apps/{app}/domains/{name}", before, after);
        await Revisions.RecordDomainsAsync(connection);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}
