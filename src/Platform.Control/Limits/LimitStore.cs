using Dapper;
using Platform.Contracts.Versions;
using Platform.Control.Audit;
using Platform.Control.Snapshots;
using Platform.Data;

namespace Platform.Control.Limits;

/// <summary>Limits of apps.</summary>
internal sealed class LimitStore(Database database, AuditTrail audit)
{
    private const string Columns = "id AS Id, revision AS Revision, limits AS Limits";

    /// <summary>An app's limits; null when the tenant has no such app.</summary>
    public async Task<AppLimits?> FindAsync(TenantScope tenant, string app, CancellationToken cancellationToken)
    {
        var row = await database.FindAsync<LimitRow>(
            $"SELECT {Columns} FROM apps WHERE tenant_id = @tenant AND name = @app AND deleted_at IS NULL", new { tenant = tenant.Id, app }, cancellationToken);
        return row is null ? null : new AppLimits(LimitsJson.Deserialize(row.Limits), row.Revision);
    }

    /// <summary>Replaces an app's limits; returns the app's revision from then on, or the one that isn't <paramref name="match"/>, when nothing is changed; null when the tenant has no such app.</summary>
    public Task<(long Revision, bool IsStale)?> SetAsync(
        TenantScope tenant, string app, LimitsDocument limits, long? match, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<(long, bool)?>(
            async connection =>
            {
                // The lock first: what is compared and recorded is then what is replaced.
                var row = await connection.QuerySingleOrDefaultAsync<LimitRow>(
                    $"UPDATE apps SET configuration = configuration WHERE tenant_id = @tenant AND name = @app AND deleted_at IS NULL RETURNING {Columns}", new { tenant = tenant.Id, app });
                if (row is null)
                {
                    return null;
                }

                if (match is not null && row.Revision != match)
                {
                    return (row.Revision, true);
                }

                var revision = await connection.ExecuteScalarAsync<long>(
                    """
                    UPDATE apps SET limits = @limits, configuration = configuration + 1, revision = revision + 1
                    WHERE id = @Id AND tenant_id = @tenant RETURNING revision
                    """,
                    new { limits = LimitsJson.Serialize(limits), row.Id, tenant = tenant.Id });
                await audit.RecordAsync(connection, actor, tenant, "limits.set", $"apps/{app}/limits", LimitsJson.Deserialize(row.Limits), limits);
                await Revisions.RecordAsync(connection, tenant, app);
                return (revision, false);
            },
            cancellationToken);

    private sealed class LimitRow
    {
        public required long Id { get; init; }

        public required long Revision { get; init; }

        public string? Limits { get; init; }
    }
}
