using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.Contracts.Tls;

/// <summary>A server's certificate with its private key, and what stands between it and a root.</summary>
/// <param name="Leaf">The certificate, with its key.</param>
/// <param name="Chain">The other certificates that came with it.</param>
public sealed record PemCertificate(X509Certificate2 Leaf, X509Certificate2Collection Chain)
{
    /// <summary>Reads a chain in PEM, the server's own certificate first, and the key that belongs to it.</summary>
    /// <param name="chain">The certificates.</param>
    /// <param name="key">The key: PKCS#8, PKCS#1 or SEC 1.</param>
    /// <param name="password">Of an encrypted key; null when it isn't.</param>
    /// <exception cref="CryptographicException">What is wrong, in a sentence without the key.</exception>
    public static PemCertificate Read(string chain, string key, string? password = null)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(chain);
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException("The certificate isn't readable PEM.", e);
        }

        if (certificates.Count == 0)
        {
            throw new CryptographicException("There is no certificate: PEM begins with -----BEGIN CERTIFICATE-----.");
        }

        try
        {
            var leaf = password is null ? X509Certificate2.CreateFromPem(chain, key) : X509Certificate2.CreateFromEncryptedPem(chain, key, password);
            certificates.RemoveAt(0);
            return new PemCertificate(leaf, certificates);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // The framework's ArgumentException, itself or within: readable, but another certificate's.
            throw new CryptographicException(
                (e.InnerException ?? e) is ArgumentException ? "The key doesn't belong to the first certificate." : "The key isn't readable PEM of an unencrypted private key of the certificate's kind.", e);
        }
    }
}
