using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Platform.Cluster.Security;

/// <summary>
/// Mutual TLS of internal listeners: either side shows a certificate of the cluster's own authority, which certifies nothing else; names aren't compared, as processes come and go with their addresses.
/// Files are read at each handshake, so that renewed ones need no restart; connections live for minutes.
/// </summary>
/// <param name="certificatePath">The certificate, PEM.</param>
/// <param name="keyPath">Its key, PEM.</param>
/// <param name="authorityPath">Certificates of the authority and of those between it and the processes' own, PEM: none of these are sent.</param>
public sealed class ClusterTls(string certificatePath, string keyPath, string authorityPath)
{
    /// <summary>Reads all three.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">One isn't what it has to be.</exception>
    /// <exception cref="IOException">One can't be read.</exception>
    public void Check()
    {
        using var own = ReadCertificate();
        if (ReadAuthorities().Count == 0)
        {
            throw new System.Security.Cryptography.CryptographicException($"{authorityPath} has no certificate.");
        }
    }

    /// <summary>For a listener.</summary>
    public SslServerAuthenticationOptions ForServer() => new()
    {
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        ClientCertificateRequired = true,
        ServerCertificate = ReadCertificate(),
        RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOurs(certificate),
    };

    /// <summary>For calls.</summary>
    public SslClientAuthenticationOptions ForClient() => new()
    {
        LocalCertificateSelectionCallback = (_, _, _, _, _) => ReadCertificate(),
        RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOurs(certificate),
    };

    private bool IsOurs(X509Certificate? certificate)
    {
        if (certificate is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(ReadAuthorities());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        using var copy = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(copy);
    }

    private X509Certificate2 ReadCertificate() => X509Certificate2.CreateFromPemFile(certificatePath, keyPath);

    private X509Certificate2Collection ReadAuthorities()
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authorityPath);
        return authorities;
    }
}
