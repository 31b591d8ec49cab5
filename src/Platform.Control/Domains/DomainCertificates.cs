using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Platform.Contracts.Api;
using Platform.Contracts.Tls;

namespace Platform.Control.Domains;

/// <summary>Judges and describes the certificates that tenants give.</summary>
internal static class DomainCertificates
{
    private const int MaxChain = 10;
    private const int MinRsaBits = 2048;
    private const int MinEcBits = 256;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Before its end it is warned of: more than Let's Encrypt's short ones have left when they are due, less than a third of 90 days.</summary>
    public static TimeSpan WarnBefore { get; } = TimeSpan.FromDays(21);

    /// <summary>The chain and key written anew, without whatever else was in the text.</summary>
    /// <exception cref="CryptographicException">Why it can't be the domain's.</exception>
    public static (string Chain, string Key, string Sha256) Check(string chain, string key, string domain, DateTimeOffset now)
    {
        var (leaf, rest) = PemCertificate.Read(chain, key);
        using var own = leaf;
        if (rest.Count >= MaxChain)
        {
            throw new CryptographicException($"The chain has more than {MaxChain} certificates.");
        }

        var privateKey = ExportKey(leaf);
        if (!leaf.MatchesHostname(domain, allowWildcards: true, allowCommonName: false))
        {
            throw new CryptographicException($"It is for {string.Join(", ", Names(leaf).DefaultIfEmpty("no DNS name"))}, not for {domain}.");
        }

        if (leaf.NotAfter.ToUniversalTime() <= now)
        {
            throw new CryptographicException($"It expired at {leaf.NotAfter.ToUniversalTime():u}.");
        }

        if (leaf.NotBefore.ToUniversalTime() > now)
        {
            throw new CryptographicException($"It isn't valid before {leaf.NotBefore.ToUniversalTime():u}.");
        }

        var usages = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault();
        if (usages is not null && !usages.EnhancedKeyUsages.Cast<Oid>().Any(static usage => usage.Value == ServerAuthentication))
        {
            throw new CryptographicException("It isn't for servers: its extended key usage has no serverAuth.");
        }

        var text = new StringBuilder(leaf.ExportCertificatePem()).Append('\n');
        foreach (var certificate in rest)
        {
            text.Append(certificate.ExportCertificatePem()).Append('\n');
            certificate.Dispose();
        }

        return (text.ToString(), privateKey, leaf.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant());
    }

    /// <summary>What a stored certificate says of itself.</summary>
    public static CertificateResource Describe(string chain, DateTimeOffset now)
    {
        using var leaf = X509Certificate2.CreateFromPem(chain);
        var expires = new DateTimeOffset(leaf.NotAfter.ToUniversalTime());
        return new CertificateResource(
            leaf.Subject,
            [.. Names(leaf)],
            leaf.NotBefore.ToUniversalTime(),
            expires,
            leaf.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(),
            expires <= now ? "It has expired: clients refuse the domain."
                : expires - now <= WarnBefore ? $"It expires in {(int)(expires - now).TotalDays} days: put a new one." : null);
    }

    /// <summary>A stored certificate's fingerprint.</summary>
    public static string Fingerprint(string chain)
    {
        using var leaf = X509Certificate2.CreateFromPem(chain);
        return leaf.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
    }

    /// <summary>A stored certificate's end.</summary>
    public static DateTimeOffset Expiry(string chain)
    {
        using var leaf = X509Certificate2.CreateFromPem(chain);
        return leaf.NotAfter.ToUniversalTime();
    }

    private static string ExportKey(X509Certificate2 leaf)
    {
        using var rsa = leaf.GetRSAPrivateKey();
        if (rsa is not null)
        {
            return rsa.KeySize >= MinRsaBits ? rsa.ExportPkcs8PrivateKeyPem() : throw new CryptographicException($"Its RSA key has {rsa.KeySize} bits; it must have {MinRsaBits} or more.");
        }

        using var ec = leaf.GetECDsaPrivateKey();
        return ec is { KeySize: >= MinEcBits }
            ? ec.ExportPkcs8PrivateKeyPem()
            : throw new CryptographicException("Its key is neither RSA of 2048 bits or more nor ECDSA on P-256 or a larger curve.");
    }

    private static IEnumerable<string> Names(X509Certificate2 leaf) =>
        leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static names => names.EnumerateDnsNames());
}
