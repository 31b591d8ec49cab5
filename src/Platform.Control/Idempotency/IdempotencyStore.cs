using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Platform.Data;

namespace Platform.Control.Idempotency;

/// <summary>Keys that callers gave, and the answers they got, for a day.</summary>
internal sealed class IdempotencyStore(Database database, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    // Longer than the slowest request: after this, who claimed the key died without an answer.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    /// <summary>Claims the key for this request, or says who has it. Exactly one of any number of parallel calls claims it.</summary>
    public Task<IdempotencyClaim> ClaimAsync(string caller, string key, byte[] requestHash, string holder, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => ClaimAsync(connection, caller, key, requestHash, holder), cancellationToken);

    /// <summary>Stores the answer of the request that claimed the key.</summary>
    public Task FinishAsync(string caller, string key, string holder, byte[] response) =>
        database.ExecuteAsync(
            "UPDATE idempotency_keys SET response = @response WHERE caller = @caller AND key = @key AND holder = @holder",
            new { caller, key, holder, response },
            CancellationToken.None);

    /// <summary>Gives the key back: the request had no effect and may be tried again.</summary>
    public Task ReleaseAsync(string caller, string key, string holder) =>
        database.ExecuteAsync(
            "DELETE FROM idempotency_keys WHERE caller = @caller AND key = @key AND holder = @holder",
            new { caller, key, holder },
            CancellationToken.None);

    /// <summary>Removes what is past its day.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync("DELETE FROM idempotency_keys WHERE started_at < @before", new { before = Before(Kept) }, cancellationToken);

    /// <summary>At the start of the only process on the store: claims without an answer are of processes that are gone.</summary>
    public Task ReleaseAllRunningAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync("DELETE FROM idempotency_keys WHERE response IS NULL", null, cancellationToken);

    private async Task<IdempotencyClaim> ClaimAsync(DbConnection connection, string caller, string key, byte[] requestHash, string holder)
    {
        var parameters = new
        {
            caller,
            key,
            requestHash,
            holder,
            now = Before(TimeSpan.Zero),
            old = Before(Kept),
            dead = Before(Lease),
        };
        await connection.ExecuteAsync(
            """
            DELETE FROM idempotency_keys
            WHERE caller = @caller AND key = @key AND (started_at < @old OR (response IS NULL AND started_at < @dead))
            """,
            parameters);
        var claimed = await connection.ExecuteAsync(
            """
            INSERT INTO idempotency_keys (caller, key, request_hash, holder, started_at)
            VALUES (@caller, @key, @requestHash, @holder, @now) ON CONFLICT DO NOTHING
            """,
            parameters);
        if (claimed == 1)
        {
            return new IdempotencyClaim(IdempotencyStatus.Claimed);
        }

        var row = await connection.QuerySingleOrDefaultAsync<KeyRow>(
            "SELECT request_hash AS RequestHash, response AS Response FROM idempotency_keys WHERE caller = @caller AND key = @key", parameters);
        return row switch
        {
            // Given back between the two statements: the next try claims it.
            null => new IdempotencyClaim(IdempotencyStatus.Running),
            _ when !CryptographicOperations.FixedTimeEquals(row.RequestHash, requestHash) => new IdempotencyClaim(IdempotencyStatus.OtherRequest),
            { Response: { } response } => new IdempotencyClaim(IdempotencyStatus.Finished, response),
            _ => new IdempotencyClaim(IdempotencyStatus.Running),
        };
    }

    private long Before(TimeSpan age) => (time.GetUtcNow() - age).ToUnixTimeMilliseconds();

    private sealed class KeyRow
    {
        public required byte[] RequestHash { get; init; }

        public byte[]? Response { get; init; }
    }
}
