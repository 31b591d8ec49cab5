using System.Security.Cryptography;
using Dapper;
using Platform.Control.Audit;
using Platform.Data;

namespace Platform.Control.Sessions;

/// <summary>Sessions: who is signed in. A session ends with its user, token or operator's token, by signing out, and at its time.</summary>
internal sealed class SessionStore(Database database, AuditTrail audit, TimeProvider time)
{
    private const string Columns =
        "s.id AS Id, s.user_id AS UserId, u.email AS Email, s.token_id AS TokenId, s.operator AS Operator, s.secret_hash AS SecretHash, s.previous_hash AS PreviousHash, s.is_cookie AS IsCookie, s.expires_at AS ExpiresAt";

    /// <summary>How long a session lasts, used or not.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>Makes a session; the text is its refresh token or cookie.</summary>
    public async Task<(string Id, string Text, DateTimeOffset Expires)> CreateAsync(SessionOwner owner, bool isCookie, Actor actor, CancellationToken cancellationToken)
    {
        var id = SessionSecret.CreateId();
        var (text, hash) = SessionSecret.Create(id);
        var now = time.GetUtcNow();
        var expires = now + Lifetime;
        await database.WriteAsync(
            async connection =>
            {
                await audit.RecordAsync(connection, actor, null, "session.create", $"sessions/{id[..8]}", after: new { isCookie, expires });
                return await connection.ExecuteAsync(
                    """
                    INSERT INTO sessions (id, user_id, token_id, operator, secret_hash, is_cookie, created_at, expires_at)
                    VALUES (@id, @UserId, @TokenId, @OperatorSha256, @hash, @cookie, @now, @expires)
                    """,
                    new
                    {
                        id,
                        owner.UserId,
                        owner.TokenId,
                        owner.OperatorSha256,
                        hash,
                        cookie = isCookie ? 1 : 0,
                        now = now.ToUnixTimeMilliseconds(),
                        expires = expires.ToUnixTimeMilliseconds(),
                    });
            },
            cancellationToken);
        return (id, text, expires);
    }

    /// <summary>A session that hasn't ended.</summary>
    public async Task<SessionRow?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var row = await database.FindAsync<SessionRow>(
            $"SELECT {Columns} FROM sessions s LEFT JOIN users u ON u.id = s.user_id WHERE s.id = @id", new { id }, cancellationToken);
        return row is not null && row.ExpiresAt > Now() ? row : null;
    }

    /// <summary>Whether a session goes on.</summary>
    public async Task<bool> IsValidAsync(string id, CancellationToken cancellationToken) => await FindAsync(id, cancellationToken) is not null;

    /// <summary>
    /// Takes a refresh token and gives the next. One that was used before ends the session: of the two who have it, one isn't its owner (RFC 9700 section 4.14.2). Null for one that isn't valid.
    /// </summary>
    public async Task<(SessionRow Row, string Text)?> RefreshAsync(string text, Actor actor, CancellationToken cancellationToken)
    {
        if (SessionSecret.IdOf(text) is not { } id || await FindAsync(id, cancellationToken) is not { IsCookie: 0 } row)
        {
            return null;
        }

        var hash = SessionSecret.Hash(text);
        if (row.PreviousHash is { } previous && CryptographicOperations.FixedTimeEquals(previous, hash))
        {
            await DeleteAsync(id, "session.reuse", actor, cancellationToken);
            return null;
        }

        if (!CryptographicOperations.FixedTimeEquals(row.SecretHash, hash))
        {
            return null;
        }

        var (next, nextHash) = SessionSecret.Create(id);
        var taken = await database.ExecuteAsync(
            "UPDATE sessions SET secret_hash = @nextHash, previous_hash = @hash WHERE id = @id AND secret_hash = @hash", new { id, hash, nextHash }, cancellationToken);
        if (taken == 0)
        {
            // Another request took the same token in between: it was used twice.
            await DeleteAsync(id, "session.reuse", actor, cancellationToken);
            return null;
        }

        return (row, next);
    }

    /// <summary>Ends a session.</summary>
    public Task<bool> DeleteAsync(string id, string action, Actor actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var deleted = await connection.ExecuteAsync("DELETE FROM sessions WHERE id = @id", new { id }) == 1;
                if (deleted)
                {
                    await audit.RecordAsync(connection, actor, null, action, $"sessions/{id[..8]}");
                }

                return deleted;
            },
            cancellationToken);

    /// <summary>Removes those past their time.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync("DELETE FROM sessions WHERE expires_at < @now", new { now = Now() }, cancellationToken);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
