using System.Security.Cryptography;
using System.Text;
using Dapper;
using Platform.Data;

namespace Platform.Control.People;

/// <summary>
/// Locks an address after wrong passwords, for all control planes alike. Addresses of users and others are treated the same, so that a lock tells nobody who is a user; only hashes are kept.
/// </summary>
internal sealed class SignInGuard(Database database, TimeProvider time)
{
    private const int MaxFailures = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>How long the address is locked; null when it isn't.</summary>
    public async Task<TimeSpan?> LockedForAsync(string email, CancellationToken cancellationToken)
    {
        var until = await database.FindAsync<long?>(
            "SELECT locked_until FROM sign_in_failures WHERE subject = @subject", new { subject = SubjectOf(email) }, cancellationToken);
        var wait = TimeSpan.FromMilliseconds((until ?? 0) - Now());
        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <summary>Counts a try before its password is looked at: tries at once count one by one, and none beyond the limit is looked at. False when the address is locked.</summary>
    public Task<bool> TryCountAsync(string email, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async connection =>
            {
                var now = Now();
                var parameters = new { subject = SubjectOf(email), now, old = now - (long)Window.TotalMilliseconds, until = now + (long)Window.TotalMilliseconds, MaxFailures };
                var count = await connection.ExecuteScalarAsync<long?>(
                    """
                    INSERT INTO sign_in_failures (subject, count, since, locked_until) VALUES (@subject, 1, @now, 0)
                    ON CONFLICT (subject) DO UPDATE SET
                        count = CASE WHEN sign_in_failures.since < @old THEN 1 ELSE sign_in_failures.count + 1 END,
                        since = CASE WHEN sign_in_failures.since < @old THEN @now ELSE sign_in_failures.since END
                    RETURNING count
                    """,
                    parameters);
                if (count > MaxFailures)
                {
                    await connection.ExecuteAsync(
                        "UPDATE sign_in_failures SET locked_until = @until WHERE subject = @subject AND locked_until < @now", parameters);
                }

                return count <= MaxFailures;
            },
            cancellationToken);

    /// <summary>Forgets the tries: the password was right.</summary>
    public Task SucceededAsync(string email, CancellationToken cancellationToken) =>
        database.ExecuteAsync("DELETE FROM sign_in_failures WHERE subject = @subject", new { subject = SubjectOf(email) }, cancellationToken);

    /// <summary>Removes what no longer counts.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "DELETE FROM sign_in_failures WHERE since < @old AND locked_until < @now",
            new { now = Now(), old = Now() - (long)Window.TotalMilliseconds },
            cancellationToken);

    private static string SubjectOf(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email)));

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
