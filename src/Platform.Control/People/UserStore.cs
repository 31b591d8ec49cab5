using System.Data.Common;
using Dapper;
using Platform.Control.Audit;
using Platform.Data;

namespace Platform.Control.People;

/// <summary>Users of the installation. A user belongs to no tenant; memberships do.</summary>
internal sealed class UserStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string Columns = "id AS Id, email AS Email, name AS Name, password_hash AS PasswordHash, created_at AS CreatedAt";

    public Task<UserRow?> FindAsync(long id, CancellationToken cancellationToken) =>
        database.FindAsync<UserRow>($"SELECT {Columns} FROM users WHERE id = @id", new { id }, cancellationToken);

    public Task<UserRow?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        database.FindAsync<UserRow>($"SELECT {Columns} FROM users WHERE email = @email", new { email }, cancellationToken);

    /// <summary>Who somebody is here that an authority vouches for; null when nobody.</summary>
    public Task<UserRow?> FindByLoginAsync(string issuer, string subject, CancellationToken cancellationToken) =>
        database.FindAsync<UserRow>(
            "SELECT u.id AS Id, u.email AS Email, u.name AS Name, u.password_hash AS PasswordHash, u.created_at AS CreatedAt FROM user_logins l JOIN users u ON u.id = l.user_id "
            + "WHERE l.issuer = @issuer AND l.subject = @subject",
            new { issuer, subject },
            cancellationToken);

    /// <summary>Users in the order of their making, after <paramref name="after"/>: the operator's list.</summary>
    public Task<List<UserRow>> ListAsync(long after, int count, CancellationToken cancellationToken) =>
        database.QueryAsync<UserRow>($"SELECT {Columns} FROM users WHERE id > @after ORDER BY id LIMIT @count", new { after, count }, cancellationToken);

    /// <summary>Makes a user within a transaction; null when the address is taken.</summary>
    public async Task<UserRow?> AddAsync(DbConnection connection, string email, string name, string? passwordHash, Actor actor)
    {
        var row = await connection.QuerySingleOrDefaultAsync<UserRow>(
            $"INSERT INTO users (email, name, password_hash, created_at) VALUES (@email, @name, @passwordHash, @now) ON CONFLICT DO NOTHING RETURNING {Columns}",
            new { email, name, passwordHash, now = time.GetUtcNow().ToUnixTimeMilliseconds() });
        if (row is not null)
        {
            await audit.RecordAsync(connection, actor, null, "user.create", $"users/{row.Id}", after: new { email, name });
        }

        return row;
    }

    /// <summary>Sets a password, and ends the user's other sessions: whoever knew the old one is out.</summary>
    public Task<bool> SetPasswordAsync(long id, string passwordHash, string? exceptSession, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => SetPasswordAsync(connection, id, passwordHash, exceptSession, actor), cancellationToken);

    /// <summary>As the other, within a transaction.</summary>
    public async Task<bool> SetPasswordAsync(DbConnection connection, long id, string passwordHash, string? exceptSession, Actor actor)
    {
        var set = await connection.ExecuteAsync("UPDATE users SET password_hash = @passwordHash WHERE id = @id", new { id, passwordHash }) == 1;
        if (set)
        {
            await connection.ExecuteAsync("DELETE FROM sessions WHERE user_id = @id AND id <> @except", new { id, except = exceptSession ?? "" });
            await connection.ExecuteAsync("DELETE FROM password_resets WHERE user_id = @id", new { id });
            await audit.RecordAsync(connection, actor, null, "user.password", $"users/{id}");
        }

        return set;
    }

    /// <summary>Deletes a user with all memberships; false when there is none. Null when the user is some tenant's last owner.</summary>
    public Task<bool?> DeleteAsync(long id, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync<bool?>(
            async connection =>
            {
                // Each tenant's row is locked, as every change of its members does: of two last owners at once one stays.
                await connection.ExecuteAsync(
                    "UPDATE tenants SET revision = revision WHERE id IN (SELECT tenant_id FROM members WHERE user_id = @id AND role = 'owner')", new { id });
                var last = await connection.ExecuteScalarAsync<long>(
                    """
                    SELECT COUNT(*) FROM members m WHERE m.user_id = @id AND m.role = 'owner'
                    AND NOT EXISTS (SELECT 1 FROM members o WHERE o.tenant_id = m.tenant_id AND o.role = 'owner' AND o.user_id <> @id)
                    """,
                    new { id });
                if (last > 0)
                {
                    return null;
                }

                var row = await connection.QuerySingleOrDefaultAsync<UserRow>($"DELETE FROM users WHERE id = @id RETURNING {Columns}", new { id });
                if (row is not null)
                {
                    await audit.RecordAsync(connection, actor, null, "user.delete", $"users/{id}", before: new { row.Email, row.Name });
                }

                return row is not null;
            },
            cancellationToken);
}
