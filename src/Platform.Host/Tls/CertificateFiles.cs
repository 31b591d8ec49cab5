using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Platform.Contracts.Tls;
using Platform.Host.Settings;
using Platform.Host.Startup;

namespace Platform.Host.Tls;

/// <summary>The operator's certificate as its files hold it.</summary>
/// <param name="settings">Where they are.</param>
/// <param name="time">Judges whether it has expired.</param>
internal sealed class CertificateFiles(TlsSettings settings, TimeProvider time)
{
    // PEM begins with dashes and text; PKCS#12 is DER, a sequence.
    private const byte DerSequence = 0x30;

    // A chain is a few KiB: a wrong path may be of any size.
    private const long MaxBytes = 1 << 20;

    /// <summary>The files' contents, which tell whether they have changed: times and inodes don't, with links that an orchestrator swaps.</summary>
    /// <exception cref="StartupException">One can't be read; the message names it.</exception>
    public (byte[] Certificate, byte[]? Key) Read() =>
        (Read(nameof(TlsSettings.CertificatePath), settings.CertificatePath!), settings.KeyPath is { } key ? Read(nameof(TlsSettings.KeyPath), key) : null);

    /// <summary>The certificate of these contents.</summary>
    /// <exception cref="StartupException">It can't be used, and why; the message names the file.</exception>
    public SslStreamCertificateContext Load(byte[] certificate, byte[]? key)
    {
        try
        {
            var (leaf, chain) = certificate is [DerSequence, ..]
                ? ReadPkcs12(certificate)
                : PemCertificate.Read(Encoding.UTF8.GetString(certificate), Encoding.UTF8.GetString(key ?? certificate), settings.Password);
            if (leaf.NotAfter.ToUniversalTime() <= time.GetUtcNow())
            {
                throw new CryptographicException($"The certificate expired at {leaf.NotAfter.ToUniversalTime():u}.");
            }

            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (CryptographicException e)
        {
            var keyFile = settings.KeyPath is { } path ? $" with the key {path}" : "";
            throw new StartupException($"Platform:Tls: {settings.CertificatePath}{keyFile} can't be used: {OneLine.Of(e.Message)}; give a certificate that is valid and the key that belongs to it");
        }
    }

    private PemCertificate ReadPkcs12(byte[] content)
    {
        var all = X509CertificateLoader.LoadPkcs12Collection(content, settings.Password, X509KeyStorageFlags.EphemeralKeySet);
        var leaf = all.FirstOrDefault(static one => one.HasPrivateKey) ?? throw new CryptographicException("It has no certificate with a private key.");
        all.Remove(leaf);
        return new PemCertificate(leaf, all);
    }

    private static byte[] Read(string setting, string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxBytes)
            {
                throw new StartupException($"Platform:Tls:{setting}: {path} is no certificate or key: it has {file.Length} bytes");
            }

            var content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"Platform:Tls:{setting}: {path} can't be read ({OneLine.Of(e.Message)}); make it readable for this user");
        }
    }
}
