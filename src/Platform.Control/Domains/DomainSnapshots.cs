using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Snapshots;
using Platform.Data;

namespace Platform.Control.Domains;

/// <summary>What gateways are told of domains. All of them are read at each change of one, which is rare; certificates only when they changed.</summary>
internal sealed partial class DomainSnapshots(Database database, DomainKeys keys, ILogger<DomainSnapshots> logger)
{
    /// <summary>All domains as they are now.</summary>
    /// <param name="known">Those of the snapshot before, whose certificates are taken over.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<ImmutableDictionary<string, DomainSnapshot>> ReadAsync(ImmutableDictionary<string, DomainSnapshot> known, CancellationToken cancellationToken)
    {
        // What an app that is gone has is served to nobody.
        var rows = await database.QueryAsync<Row>(
            """
            SELECT d.id AS Id, d.name AS Name, d.token AS Token, d.verified_at AS VerifiedAt, d.app_id AS AppId, a.name AS App, t.name AS Tenant, d.certificate_sha256 AS Sha256
            FROM domains d JOIN apps a ON a.id = d.app_id JOIN tenants t ON t.id = a.tenant_id
            """,
            null,
            cancellationToken);
        var domains = ImmutableDictionary.CreateBuilder<string, DomainSnapshot>(StringComparer.Ordinal);
        foreach (var claims in rows.GroupBy(static row => row.Name, StringComparer.Ordinal))
        {
            // Who only points a name here proves that it is theirs, but not whose of several.
            domains[claims.Key] = claims.FirstOrDefault(static row => row.VerifiedAt is not null) is { } verified
                ? new DomainSnapshot(new AppKey(verified.Tenant, verified.App), verified.AppId, verified.Token, await ReadCertificateAsync(verified, known, cancellationToken))
                : new DomainSnapshot(null, 0, claims.Count() == 1 ? claims.First().Token : null, null);
        }

        return domains.ToImmutable();
    }

    private async Task<DomainCertificate?> ReadCertificateAsync(Row row, ImmutableDictionary<string, DomainSnapshot> known, CancellationToken cancellationToken)
    {
        if (row.Sha256 is null)
        {
            return null;
        }

        if (known.TryGetValue(row.Name, out var old) && old.Certificate?.Sha256 == row.Sha256)
        {
            return old.Certificate;
        }

        var stored = await database.FindAsync<StoredCertificate>(
            "SELECT certificate AS Chain, certificate_key AS ProtectedKey, certificate_sha256 AS Sha256 FROM domains WHERE id = @Id AND certificate IS NOT NULL", new { row.Id }, cancellationToken);
        try
        {
            return stored is null ? null : new DomainCertificate(stored.Sha256, stored.Chain, keys.Unprotect(stored.ProtectedKey));
        }
        catch (CryptographicException e)
        {
            // One domain's certificate doesn't keep the others from being served.
            LogUnreadable(row.Name, row.Tenant, e);
            return null;
        }
    }

    [LoggerMessage(3055, LogLevel.Error, "The certificate's key of the domain {Domain} of {Tenant} can't be decrypted; the operator's certificate is served")]
    private partial void LogUnreadable(string domain, string tenant, Exception exception);

    private sealed class Row
    {
        public required long Id { get; init; }

        public required string Name { get; init; }

        public required string Token { get; init; }

        public long? VerifiedAt { get; init; }

        public required long AppId { get; init; }

        public required string App { get; init; }

        public required string Tenant { get; init; }

        public string? Sha256 { get; init; }
    }
}
