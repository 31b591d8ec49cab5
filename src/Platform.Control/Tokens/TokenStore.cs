using Dapper;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.Audit;
using Platform.Control.Idempotency;
using Platform.Data;

namespace Platform.Control.Tokens;

/// <summary>API tokens of tenants, by their hash.</summary>
internal sealed class TokenStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string Columns =
        "id AS Id, tenant_id AS TenantId, lookup AS Lookup, hash AS Hash, name AS Name, role AS Role, created_at AS CreatedAt, expires_at AS ExpiresAt, last_used_at AS LastUsedAt, created_by AS CreatedBy";

    /// <summary>The token whose hash is to be compared; before that comparison nobody is authenticated, so no tenant is known yet.</summary>
    public Task<TokenRow?> FindByLookupAsync(string lookup, CancellationToken cancellationToken) =>
        database.FindAsync<TokenRow>($"SELECT {Columns} FROM tokens WHERE lookup = @lookup", new { lookup }, cancellationToken);

    /// <summary>Creates a token; the second part is its secret, which isn't kept. Null when the tenant is gone.</summary>
    public async Task<(TokenRow Row, string Token)?> CreateAsync(
        TenantScope tenant,
        string name,
        TokenRole role,
        DateTimeOffset? expires,
        Actor actor,
        EffectRecorder<(TokenRow Row, string Token)> record,
        CancellationToken cancellationToken)
    {
        var (token, lookup) = TokenSecret.Create();
        var row = await database.WriteAsync(
            async connection =>
            {
                var created = await connection.QuerySingleOrDefaultAsync<TokenRow>(
                    $"""
                    INSERT INTO tokens (tenant_id, lookup, hash, name, role, created_at, expires_at, created_by)
                    SELECT id, @lookup, @hash, @name, @role, @now, @expires, @createdBy FROM tenants WHERE id = @tenant
                    RETURNING {Columns}
                    """,
                    new
                    {
                        tenant = tenant.Id,
                        lookup,
                        hash = TokenSecret.Hash(token),
                        name,
                        role = TokenRoles.Format(role),
                        now = time.GetUtcNow().ToUnixTimeMilliseconds(),
                        expires = expires?.ToUnixTimeMilliseconds(),
                        createdBy = actor.Id,
                    });
                if (created is not null)
                {
                    await audit.RecordAsync(connection, actor, tenant, "token.create", $"tokens/{created.Id}", after: new { name, role, expires });
                    await record(connection, (created, token));
                }

                return created;
            },
            cancellationToken);
        return row is null ? null : (row, token);
    }

    /// <summary>The tenant's tokens in the order of their making, after <paramref name="after"/>.</summary>
    public Task<List<TokenRow>> ListAsync(TenantScope tenant, long after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<TokenRow>(
            $"SELECT {Columns} FROM tokens WHERE tenant_id = @tenant AND id > @after ORDER BY id LIMIT @count",
            new { tenant = tenant.Id, after, count },
            cancellationToken);

    public Task<TokenRow?> FindAsync(TenantScope tenant, long id, CancellationToken cancellationToken) =>
        database.FindAsync<TokenRow>(
            $"SELECT {Columns} FROM tokens WHERE tenant_id = @tenant AND id = @id", new { tenant = tenant.Id, id }, cancellationToken);

    /// <summary>A token that was authenticated before; null when it has expired or was revoked since.</summary>
    public async Task<TokenRow?> FindValidAsync(long id, CancellationToken cancellationToken) =>
        await database.FindAsync<TokenRow>($"SELECT {Columns} FROM tokens WHERE id = @id", new { id }, cancellationToken) is { } row && !HasExpired(row) ? row : null;

    /// <summary>Whether it is past its expiry.</summary>
    public bool HasExpired(TokenRow row) => row.ExpiresAt <= time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Keeps when tokens were last used, by their number.</summary>
    public Task<int> UsedAsync(IEnumerable<KeyValuePair<long, long>> uses, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection => connection.ExecuteAsync("UPDATE tokens SET last_used_at = @Value WHERE id = @Key AND (last_used_at IS NULL OR last_used_at < @Value)", uses), cancellationToken);

    /// <summary>Revokes a token at once; false when the tenant has none of that id.</summary>
    public Task<bool> DeleteAsync(TenantScope tenant, long id, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var deleted = await connection.QuerySingleOrDefaultAsync<TokenRow>(
                    $"DELETE FROM tokens WHERE tenant_id = @tenant AND id = @id RETURNING {Columns}", new { tenant = tenant.Id, id });
                if (deleted is not null)
                {
                    await audit.RecordAsync(connection, actor, tenant, "token.delete", $"tokens/{id}", before: new { deleted.Name, deleted.Role });
                }

                return deleted is not null;
            },
            cancellationToken);
}
