using System.Security.Cryptography;
using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Platform.Control.Audit;
using Platform.Data;

namespace Platform.Control.Keys;

/// <summary>
/// The keys that protect secrets in the store: the framework's key ring, wrapped by the master key. New ones are made here, never by the framework while something is protected: that may be within a
/// transaction.
/// </summary>
internal sealed class KeyRing(
    Database database, ControlOptions options, IKeyManager keys, IDataProtectionProvider protection, IEnumerable<IReencryptable> parts, AuditTrail audit)
{
    // The framework's element around what MasterKeyEncryptor made.
    private static readonly XName Encrypted = XName.Get("encryptedSecret", "http://schemas.asp.net/2015/03/dataProtection");

    // As the framework's defaults: a key protects for 90 days, and unprotects for ever.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(7);

    /// <summary>At start: rewraps what an earlier master key wrapped when that is given too, and sees to it that the ring can be read and has a key.</summary>
    /// <exception cref="StoreStartupException">The master key isn't the one that the store's keys are wrapped with.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (options.PreviousMasterKey is { } previous)
        {
            await database.WriteAsync(connection => RewrapAsync(connection, previous, options.MasterKey), cancellationToken);
        }

        foreach (var row in await database.QueryAsync<RingRow>("SELECT name AS Name, xml AS Xml FROM protection_keys", null, cancellationToken))
        {
            foreach (var secret in XElement.Parse(row.Xml).Descendants(Encrypted))
            {
                Unwrap(options.MasterKey, secret);
            }
        }

        Renew();
    }

    /// <summary>Makes a new key when the newest is about to end its time.</summary>
    public void Renew()
    {
        // The framework, which judges them, reads the machine's clock.
        var now = TimeProvider.System.GetUtcNow();
        if (!keys.GetAllKeys().Any(key => !key.IsRevoked && key.ActivationDate <= now && key.ExpirationDate > now + RenewBefore))
        {
            keys.CreateNewKey(now, now + Lifetime);
        }
    }

    /// <summary>Wraps the ring with another master key, and encrypts every secret anew with a new key of the ring, in one transaction. Returns how many secrets.</summary>
    public async Task<int> RotateAsync(MasterKey next, CancellationToken cancellationToken)
    {
        // The old keys stay readable: backups and other processes may still hold what they protected.
        var now = TimeProvider.System.GetUtcNow();
        keys.CreateNewKey(now, now + Lifetime);
        return await database.WriteAsync(
            async connection =>
            {
                var count = 0;
                foreach (var part in parts)
                {
                    count += await part.ReencryptAsync(connection, protection);
                }

                await RewrapAsync(connection, options.MasterKey, next);
                await audit.RecordAsync(
                    connection, Actor.Platform, null, "master-key.rotate", "master-key", new { id = options.MasterKey.Id }, new { id = next.Id, secrets = count });
                return count;
            },
            cancellationToken);
    }

    /// <summary>Which of some master keys the store's keys are wrapped with.</summary>
    /// <exception cref="StoreStartupException">None of them.</exception>
    public static async Task<MasterKey> FindMasterKeyAsync(System.Data.Common.DbConnection connection, IReadOnlyList<MasterKey> candidates)
    {
        var wrapped = (await connection.QueryAsync<string>("SELECT xml FROM protection_keys")).SelectMany(xml => XElement.Parse(xml).Descendants(Encrypted)).ToList();
        var found = candidates.FirstOrDefault(key => wrapped.TrueForAll(secret => secret.Element("wrapped")?.Attribute("master")?.Value == key.Id)) ?? candidates[0];
        foreach (var secret in wrapped)
        {
            Unwrap(found, secret);
        }

        return found;
    }

    private static async Task<int> RewrapAsync(System.Data.Common.DbConnection connection, MasterKey from, MasterKey to)
    {
        var rows = (await connection.QueryAsync<RingRow>("SELECT name AS Name, xml AS Xml FROM protection_keys")).AsList();
        foreach (var row in rows)
        {
            var xml = XElement.Parse(row.Xml);
            foreach (var secret in xml.Descendants(Encrypted).ToList())
            {
                // Of a rotation that was cut short, or made by a process that had the new key first.
                if (secret.Element("wrapped")?.Attribute("master")?.Value != to.Id)
                {
                    secret.ReplaceNodes(MasterKeyEncryptor.Wrap(to, Unwrap(from, secret)));
                }
            }

            await connection.ExecuteAsync(
                "UPDATE protection_keys SET xml = @xml WHERE name = @Name", new { xml = xml.ToString(SaveOptions.DisableFormatting), row.Name });
        }

        return rows.Count;
    }

    private static XElement Unwrap(MasterKey key, XElement secret)
    {
        try
        {
            return MasterKeyDecryptor.Unwrap(key, secret.Element("wrapped") ?? throw new CryptographicException("no wrapped key"));
        }
        catch (CryptographicException e)
        {
            throw new StoreStartupException(
                $"The master key {key.Id} isn't the one that this store's keys are wrapped with ({secret.Element("wrapped")?.Attribute("master")?.Value}). "
                + "Give the right one as <data-dir>/master.key or Platform:MasterKey; after a change of Platform:MasterKey give the old one as Platform:PreviousMasterKey.",
                e);
        }
    }

    private sealed record RingRow(string Name, string Xml);
}
