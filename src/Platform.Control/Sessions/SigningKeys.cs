using System.Security.Cryptography;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;
using Platform.Control.Audit;
using Platform.Control.Keys;
using Platform.Data;

namespace Platform.Control.Sessions;

/// <summary>
/// The keys of access tokens, in the store, the private halves protected by the key ring. The newest signs; one signs for a week, and is known for as long again as a token lives. Every
/// process of the store reads them, and once more when a token names one that it doesn't know. Thread-safe.
/// </summary>
internal sealed class SigningKeys(Database database, IDataProtectionProvider protection, AuditTrail audit, TimeProvider time) : IReencryptable, IDisposable
{
    private static readonly TimeSpan SignsFor = TimeSpan.FromDays(7);

    // A hostile key id must not cost a query each time.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile IReadOnlyList<SigningKey> _keys = [];
    private long _readAt;

    /// <summary>The keys that tokens may be signed with, newest first.</summary>
    public IReadOnlyList<SigningKey> Known => _keys;

    private IDataProtector Protector => protection.CreateProtector("platform.signing-keys");

    /// <summary>Reads the keys, and makes a new one when the newest has signed long enough.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        if (_keys.Count == 0 || Now() - _keys[0].CreatedAt > SignsFor.TotalMilliseconds)
        {
            await AddAsync(Actor.Platform, cancellationToken);
        }

        await database.ExecuteAsync(
            "DELETE FROM signing_keys WHERE created_at < @before",
            new { before = Now() - (long)(SignsFor + AccessTokens.Lifetime + AccessTokens.Skew + TimeSpan.FromDays(1)).TotalMilliseconds },
            cancellationToken);
        await ReadAsync(cancellationToken);
    }

    /// <summary>Makes a new key and forgets all others: tokens that they signed are refused from now on. Sessions stay, and renew their tokens.</summary>
    public async Task ReplaceAsync(Actor actor, CancellationToken cancellationToken)
    {
        await AddAsync(actor, cancellationToken, replace: true);
        await ReadAsync(cancellationToken);
    }

    /// <summary>The keys under an id, read again when it isn't known: another process may have made it just now.</summary>
    public async Task<IReadOnlyList<SigningKey>> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!_keys.Any(key => key.Id == id) && time.GetElapsedTime(Interlocked.Read(ref _readAt)) > ReadAgainAfter)
        {
            await ReadAsync(cancellationToken);
        }

        return [.. _keys.Where(key => key.Id == id)];
    }

    public async Task<int> ReencryptAsync(System.Data.Common.DbConnection connection, IDataProtectionProvider newest)
    {
        var protector = newest.CreateProtector("platform.signing-keys");
        var rows = (await connection.QueryAsync<KeyRow>(Select)).AsList();
        foreach (var row in rows)
        {
            await connection.ExecuteAsync(
                "UPDATE signing_keys SET private_key = @key WHERE id = @Id", new { key = protector.Protect(protector.Unprotect(row.PrivateKey)), row.Id });
        }

        return rows.Count;
    }

    public void Dispose() => _turn.Dispose();

    private const string Select = "SELECT id AS Id, private_key AS PrivateKey, created_at AS CreatedAt FROM signing_keys ORDER BY created_at DESC, id";

    private async Task AddAsync(Actor actor, CancellationToken cancellationToken, bool replace = false)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var row = new
        {
            id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            publicKey = pair.ExportSubjectPublicKeyInfo(),
            privateKey = Protector.Protect(pair.ExportPkcs8PrivateKey()),
            now = Now(),
        };
        await database.WriteAsync(
            async connection =>
            {
                if (replace)
                {
                    await connection.ExecuteAsync("DELETE FROM signing_keys");
                }

                await audit.RecordAsync(connection, actor, null, replace ? "signing-keys.replace" : "signing-keys.add", $"signing-keys/{row.id}");
                return await connection.ExecuteAsync(
                    "INSERT INTO signing_keys (id, public_key, private_key, created_at) VALUES (@id, @publicKey, @privateKey, @now)", row);
            },
            cancellationToken);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var known = _keys.ToDictionary(key => key.Id, StringComparer.Ordinal);
            var rows = await database.QueryAsync<KeyRow>(Select, null, cancellationToken);
            _keys = [.. rows.Select(row => known.GetValueOrDefault(row.Id) ?? ToKey(row))];
            Interlocked.Exchange(ref _readAt, time.GetTimestamp());
        }
        finally
        {
            _turn.Release();
        }
    }

    private SigningKey ToKey(KeyRow row)
    {
        var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(Protector.Unprotect(row.PrivateKey), out _);
        return new SigningKey(row.Id, new ECDsaSecurityKey(pair) { KeyId = row.Id }, row.CreatedAt);
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record KeyRow(string Id, byte[] PrivateKey, long CreatedAt);
}
