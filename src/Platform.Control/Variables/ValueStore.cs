using System.Data.Common;
using Dapper;
using Platform.Contracts.Variables;
using Platform.Contracts.Versions;
using Platform.Control.Apps;
using Platform.Control.Audit;
using Platform.Control.Snapshots;
using Platform.Control.Versions;
using Platform.Data;

namespace Platform.Control.Variables;

/// <summary>
/// Variables and secrets of apps, which share their names. The audit trail says that a value changed, never the value, not a variable's either: they are encrypted at rest, and a variable may become a secret.
/// </summary>
internal sealed class ValueStore(Database database, AppStore apps, ValueProtection protection, AuditTrail audit, TimeProvider time)
{
    private const string Columns =
        "v.id AS Id, v.tenant_id AS TenantId, v.app_id AS AppId, v.name AS Name, v.kind AS Kind, v.value AS Value, v.revision AS Revision, v.updated_at AS UpdatedAt, v.updated_by AS UpdatedBy";

    /// <summary>The app's values of a kind in the order of their making, after <paramref name="after"/>.</summary>
    public Task<List<ValueRow>> ListAsync(TenantScope tenant, long appId, string kind, long after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<ValueRow>(
            $"""
            SELECT {Columns} FROM app_values v
            WHERE v.tenant_id = @tenant AND v.app_id = @appId AND v.kind = @kind AND v.id > @after ORDER BY v.id LIMIT @count
            """,
            new { tenant = tenant.Id, appId, kind, after, count },
            cancellationToken);

    public Task<ValueRow?> FindAsync(TenantScope tenant, string app, string kind, string name, CancellationToken cancellationToken) =>
        database.FindAsync<ValueRow>(
            $"""
            SELECT {Columns} FROM app_values v JOIN apps a ON a.id = v.app_id
            WHERE a.tenant_id = @tenant AND a.name = @app AND a.deleted_at IS NULL AND v.kind = @kind AND v.name = @name
            """,
            new { tenant = tenant.Id, app, kind, name },
            cancellationToken);

    /// <summary>What is set for an app: the kinds by name; empty when there is no app.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ListKindsAsync(TenantScope tenant, string app, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<KindRow>(
            "SELECT v.name AS Name, v.kind AS Kind FROM app_values v JOIN apps a ON a.id = v.app_id WHERE a.tenant_id = @tenant AND a.name = @app AND a.deleted_at IS NULL",
            new { tenant = tenant.Id, app },
            cancellationToken);
        return rows.ToDictionary(static row => row.Name, static row => row.Kind, StringComparer.Ordinal);
    }

    /// <summary>The value in plain.</summary>
    public string Read(ValueRow row) => protection.Unprotect(row.TenantId, row.AppId, row.Name, row.Value);

    /// <summary>Sets a value; makes the app, without a version, if need be. A secret takes the place of a variable, not the other way round.</summary>
    /// <param name="tenant">Whose app.</param>
    /// <param name="app">The app's name.</param>
    /// <param name="kind">One of <see cref="ValueKinds"/>.</param>
    /// <param name="name">The value's name.</param>
    /// <param name="value">The value.</param>
    /// <param name="match">The revision that is to be replaced; null for whatever there is, nothing included.</param>
    /// <param name="isOwner">The actor may widen what the app reaches.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellationToken">Heeded before the transaction.</param>
    public async Task<ValueChange> SetAsync(
        TenantScope tenant, string app, string kind, string name, string value, long? match, bool isOwner, Actor actor, CancellationToken cancellationToken)
    {
        // In a transaction of its own: the value is protected for the app's number, and never within one.
        var found = match is null
            ? await apps.FindOrCreateAsync(tenant, app, actor, cancellationToken)
            : (await apps.FindAsync(tenant, app, cancellationToken))?.Id;
        if (found is not { } appId)
        {
            return new ValueChange(ValueOutcome.NotFound);
        }

        var secured = protection.Protect(tenant.Id, appId, name, value);
        return await database.WriteAsync(
            async connection =>
            {
                if (await LockAsync(connection, tenant, appId) is not { } configuration)
                {
                    return new ValueChange(ValueOutcome.NotFound);
                }

                var known = await FindKnownAsync(connection, appId, name);
                if (match is not null && known?.Revision != match)
                {
                    return new ValueChange(ValueOutcome.Stale);
                }

                if (known?.Kind == ValueKinds.Secret && kind == ValueKinds.Variable)
                {
                    return new ValueChange(ValueOutcome.IsSecret);
                }

                if (!isOwner && await NeedsOwnerAsync(connection, tenant, appId, name))
                {
                    return new ValueChange(ValueOutcome.NeedsOwner);
                }

                if (known is null
                    && await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM app_values WHERE app_id = @appId", new { appId }) >= VariableLimits.Count)
                {
                    return new ValueChange(ValueOutcome.TooMany);
                }

                var revision = configuration + 1;
                await connection.ExecuteAsync(
                    """
                    INSERT INTO app_values (tenant_id, app_id, name, kind, value, revision, updated_at, updated_by)
                    VALUES (@tenant, @appId, @name, @kind, @secured, @revision, @now, @Id)
                    ON CONFLICT (app_id, name) DO UPDATE SET
                        kind = excluded.kind, value = excluded.value, revision = excluded.revision, updated_at = excluded.updated_at, updated_by = excluded.updated_by
                    """,
                    new { tenant = tenant.Id, appId, name, kind, secured, revision, now = time.GetUtcNow().ToUnixTimeMilliseconds(), actor.Id });
                await audit.RecordAsync(
                    connection, actor, tenant, $"{kind}.set", Target(app, kind, name), known is null ? null : new { name, known.Kind }, new { name, kind });
                await ChangedAsync(connection, tenant, appId, app, revision);
                return new ValueChange(ValueOutcome.Changed, revision);
            },
            cancellationToken);
    }

    /// <summary>Deletes a value of a kind.</summary>
    public Task<ValueOutcome> DeleteAsync(
        TenantScope tenant, long appId, string app, string kind, string name, long? match, bool isOwner, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                if (await LockAsync(connection, tenant, appId) is not { } configuration || await FindKnownAsync(connection, appId, name) is not { } known || known.Kind != kind)
                {
                    return ValueOutcome.NotFound;
                }

                if (match is not null && known.Revision != match)
                {
                    return ValueOutcome.Stale;
                }

                if (!isOwner && await NeedsOwnerAsync(connection, tenant, appId, name))
                {
                    return ValueOutcome.NeedsOwner;
                }

                await connection.ExecuteAsync("DELETE FROM app_values WHERE app_id = @appId AND name = @name", new { appId, name });
                await audit.RecordAsync(connection, actor, tenant, $"{kind}.delete", Target(app, kind, name), before: new { name, kind });
                await ChangedAsync(connection, tenant, appId, app, configuration + 1);
                return ValueOutcome.Changed;
            },
            cancellationToken);

    private static string Target(string app, string kind, string name) => $"apps/{app}/{kind}s/{name}";

    // Changes of an app's values are made one after the other: so their number is exact. Null when the tenant has no such app any more.
    private static Task<long?> LockAsync(DbConnection connection, TenantScope tenant, long appId) =>
        connection.QuerySingleOrDefaultAsync<long?>(
            "UPDATE apps SET configuration = configuration WHERE id = @appId AND tenant_id = @tenant RETURNING configuration", new { tenant = tenant.Id, appId });

    private static Task<KnownRow?> FindKnownAsync(DbConnection connection, long appId, string name) =>
        connection.QuerySingleOrDefaultAsync<KnownRow>(
            "SELECT kind AS Kind, revision AS Revision FROM app_values WHERE app_id = @appId AND name = @name", new { appId, name });

    // Versions that await their approval as well: what an owner has read mustn't change before it is approved.
    private static async Task<bool> NeedsOwnerAsync(DbConnection connection, TenantScope tenant, long appId, string name)
    {
        if (await connection.ExecuteScalarAsync<long>("SELECT require_approval FROM tenants WHERE id = @tenant", new { tenant = tenant.Id }) == 0)
        {
            return false;
        }

        var documents = await connection.QueryAsync<string>(
            "SELECT document FROM versions WHERE app_id = @appId AND tenant_id = @tenant AND removed_at IS NULL AND state <> 'failed'", new { tenant = tenant.Id, appId });
        return documents.Any(document => Capabilities.VariablesOf(VersionDocumentJson.Deserialize(document)).Contains(name, StringComparer.Ordinal));
    }

    private static async Task ChangedAsync(DbConnection connection, TenantScope tenant, long appId, string app, long configuration)
    {
        await connection.ExecuteAsync(
            "UPDATE apps SET configuration = @configuration WHERE id = @appId AND tenant_id = @tenant", new { tenant = tenant.Id, appId, configuration });
        await Revisions.RecordAsync(connection, tenant, app);
    }

    private sealed record KindRow(string Name, string Kind);

    private sealed record KnownRow(string Kind, long Revision);
}
