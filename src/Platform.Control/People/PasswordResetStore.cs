using Dapper;
using Platform.Control.Audit;
using Platform.Control.Idempotency;
using Platform.Data;

namespace Platform.Control.People;

/// <summary>One-time links that set a user's password.</summary>
internal sealed class PasswordResetStore(Database database, UserStore users, AuditTrail audit, TimeProvider time)
{
    /// <summary>Makes a link for a user; the ones before stop working. Null when a tenant's owner may not: the user has to be a member there and nowhere else, or the link would open other tenants.</summary>
    /// <param name="user">The user's number.</param>
    /// <param name="tenant">The tenant whose owner makes it; null for the operator.</param>
    /// <param name="actor">Who makes it.</param>
    /// <param name="record">Records the effect.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<(string Text, DateTimeOffset Expires)?> CreateAsync(
        long user, TenantScope? tenant, Actor actor, EffectRecorder<(string Text, DateTimeOffset Expires)> record, CancellationToken cancellationToken)
    {
        var (text, hash) = OneTimeSecret.Create();
        var expires = time.GetUtcNow() + OneTimeSecret.Lifetime;
        var made = await database.WriteAsync(
            async connection =>
            {
                if (tenant is { } own && await connection.ExecuteScalarAsync<long>(
                    "SELECT COUNT(*) FROM members WHERE user_id = @user AND tenant_id <> @tenant", new { user, tenant = own.Id }) > 0)
                {
                    return false;
                }

                await connection.ExecuteAsync("DELETE FROM password_resets WHERE user_id = @user", new { user });
                await audit.RecordAsync(connection, actor, tenant, "user.password-reset", tenant is null ? $"users/{user}" : $"members/{user}");
                await connection.ExecuteAsync(
                    "INSERT INTO password_resets (hash, user_id, tenant_id, expires_at) VALUES (@hash, @user, @tenant, @expires)",
                    new { hash, user, tenant = tenant?.Id, expires = expires.ToUnixTimeMilliseconds() });
                await record(connection, (text, expires));
                return true;
            },
            cancellationToken);
        return made ? (text, expires) : null;
    }

    /// <summary>The user of a link that still works.</summary>
    public Task<UserRow?> FindUserAsync(string text, CancellationToken cancellationToken) =>
        database.FindAsync<UserRow>(
            """
            SELECT u.id AS Id, u.email AS Email, u.name AS Name, u.password_hash AS PasswordHash, u.created_at AS CreatedAt
            FROM password_resets r JOIN users u ON u.id = r.user_id WHERE r.hash = @hash AND r.expires_at > @now
            """,
            new { hash = OneTimeSecret.Hash(text), now = time.GetUtcNow().ToUnixTimeMilliseconds() },
            cancellationToken);

    /// <summary>Uses the link up and sets the password; false when it was used meanwhile.</summary>
    public Task<bool> CompleteAsync(string text, UserRow user, string passwordHash, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
                await connection.ExecuteAsync("DELETE FROM password_resets WHERE hash = @hash", new { hash = OneTimeSecret.Hash(text) }) == 1
                && await users.SetPasswordAsync(connection, user.Id, passwordHash, null, actor),
            cancellationToken);
}
