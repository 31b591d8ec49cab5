using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Platform.Data;

namespace Platform.Control.Idempotency;

/// <summary>
/// Keys that callers gave, and the answers they got, for a day. A claim is a lease: who claimed a key and died loses it in seconds, and who only stood still finds in the effect's transaction that it is another's.
/// </summary>
internal sealed class IdempotencyStore(Database database, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    // A program of the version before claims without a lease. Longer than its slowest request.
    private static readonly TimeSpan Unleased = TimeSpan.FromMinutes(10);

    /// <summary>How long a claim holds that isn't renewed.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Claims the key for this request, or says who has it. Exactly one of any number of parallel calls claims it.</summary>
    /// <param name="claim">The request's hold.</param>
    /// <param name="requestHash">Identifies path and content.</param>
    /// <param name="answerKey">The hold's data key, protected.</param>
    /// <param name="cancellationToken">Heeded before it begins.</param>
    public Task<IdempotencyClaim> ClaimAsync(KeyClaim claim, byte[] requestHash, byte[] answerKey, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => ClaimAsync(connection, claim, requestHash, answerKey), cancellationToken);

    /// <summary>Records the answer in the transaction of the effect. The row stays locked until it commits: whoever takes the key over waits for its fate.</summary>
    /// <exception cref="KeyLostException">Another request has the key by now.</exception>
    public static async Task RecordAsync(DbConnection connection, KeyClaim claim, byte[] answer)
    {
        var recorded = await connection.ExecuteAsync(
            """
            UPDATE idempotency_keys SET answer = @answer
            WHERE caller = @Caller AND key = @Key AND holder = @Holder AND answer IS NULL AND response IS NULL
            """,
            new { claim.Caller, claim.Key, claim.Holder, answer });
        if (recorded == 0)
        {
            throw new KeyLostException();
        }
    }

    /// <summary>Holds a claim for longer.</summary>
    public Task RenewAsync(KeyClaim claim, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "UPDATE idempotency_keys SET lease_until = @until WHERE caller = @Caller AND key = @Key AND holder = @Holder",
            new { claim.Caller, claim.Key, claim.Holder, until = Before(-Lease) },
            cancellationToken);

    /// <summary>Stores the answer of the request that claimed the key, protected by the key ring.</summary>
    public Task FinishAsync(KeyClaim claim, byte[] response) =>
        database.ExecuteAsync(
            "UPDATE idempotency_keys SET response = @response, answer = NULL, answer_key = NULL WHERE caller = @Caller AND key = @Key AND holder = @Holder",
            new { claim.Caller, claim.Key, claim.Holder, response },
            CancellationToken.None);

    /// <summary>Gives the key back unless the effect was had: the request may be tried again.</summary>
    public Task ReleaseAsync(KeyClaim claim) =>
        database.ExecuteAsync(
            "DELETE FROM idempotency_keys WHERE caller = @Caller AND key = @Key AND holder = @Holder AND answer IS NULL AND response IS NULL",
            new { claim.Caller, claim.Key, claim.Holder },
            CancellationToken.None);

    /// <summary>Removes what is past its day.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync("DELETE FROM idempotency_keys WHERE started_at < @before", new { before = Before(Kept) }, cancellationToken);

    /// <summary>At the start of the only process on the store: claims without an effect are of processes that are gone.</summary>
    public Task ReleaseAllRunningAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync("DELETE FROM idempotency_keys WHERE response IS NULL AND answer IS NULL", null, cancellationToken);

    private async Task<IdempotencyClaim> ClaimAsync(DbConnection connection, KeyClaim claim, byte[] requestHash, byte[] answerKey)
    {
        var parameters = new
        {
            claim.Caller,
            claim.Key,
            requestHash,
            claim.Holder,
            answerKey,
            now = Before(TimeSpan.Zero),
            until = Before(-Lease),
            old = Before(Kept),
            unleased = Before(Unleased),

            // No clock that is right gives so long a lease: somebody's was set back.
            absurd = Before(-2 * Lease),
        };
        await connection.ExecuteAsync(
            """
            DELETE FROM idempotency_keys
            WHERE caller = @Caller AND key = @Key AND (started_at < @old OR (response IS NULL AND answer IS NULL
                AND (lease_until BETWEEN 1 AND @now OR lease_until > @absurd OR (lease_until = 0 AND started_at < @unleased))))
            """,
            parameters);
        var claimed = await connection.ExecuteAsync(
            """
            INSERT INTO idempotency_keys (caller, key, request_hash, holder, started_at, lease_until, answer_key)
            VALUES (@Caller, @Key, @requestHash, @Holder, @now, @until, @answerKey) ON CONFLICT DO NOTHING
            """,
            parameters);
        if (claimed == 1)
        {
            return new IdempotencyClaim(IdempotencyStatus.Claimed);
        }

        var row = await connection.QuerySingleOrDefaultAsync<KeyRow>(
            "SELECT request_hash AS RequestHash, response AS Response, answer AS Answer, answer_key AS AnswerKey FROM idempotency_keys WHERE caller = @Caller AND key = @Key",
            parameters);
        return row switch
        {
            // Given back between the two statements: the next try claims it.
            null => new IdempotencyClaim(IdempotencyStatus.Running),
            _ when !CryptographicOperations.FixedTimeEquals(row.RequestHash, requestHash) => new IdempotencyClaim(IdempotencyStatus.OtherRequest),
            { Response: null, Answer: null } => new IdempotencyClaim(IdempotencyStatus.Running),
            _ => new IdempotencyClaim(IdempotencyStatus.Finished) { Response = row.Response, Answer = row.Answer, AnswerKey = row.AnswerKey },
        };
    }

    private long Before(TimeSpan age) => (time.GetUtcNow() - age).ToUnixTimeMilliseconds();

    private sealed class KeyRow
    {
        public required byte[] RequestHash { get; init; }

        public byte[]? Response { get; init; }

        public byte[]? Answer { get; init; }

        public byte[]? AnswerKey { get; init; }
    }
}
