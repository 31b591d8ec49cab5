using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.Testing;

/// <summary>A certificate authority of the test's own, and the certificates it signs, in PEM.</summary>
internal sealed class TestCertificates
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public TestCertificates()
    {
        var request = new CertificateRequest("CN=Test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(5));
    }

    private TestCertificates(TestCertificates above)
    {
        var request = new CertificateRequest("CN=Test intermediate authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.Create(
            above._authority.SubjectName, X509SignatureGenerator.CreateForECDsa(above._key), DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(4), RandomNumberGenerator.GetBytes(16));
    }

    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <summary>An authority that this one certifies.</summary>
    public TestCertificates CertifyAuthority() => new(this);

    /// <summary>A certificate for these names, with its key.</summary>
    public (string Certificate, string Key) Issue(params string[] names) => Issue(DateTimeOffset.UtcNow.AddDays(90), names);

    public (string Certificate, string Key) Issue(DateTimeOffset expires, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (Sign(new CertificateRequest("CN=" + names[0], key, HashAlgorithmName.SHA256), expires, names), key.ExportPkcs8PrivateKeyPem());
    }

    public (string Certificate, string Key) IssueRsa(int bits, params string[] names)
    {
        using var key = RSA.Create(bits);
        return (
            Sign(new CertificateRequest("CN=" + names[0], key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), DateTimeOffset.UtcNow.AddDays(90), names),
            key.ExportPkcs8PrivateKeyPem());
    }

    private string Sign(CertificateRequest request, DateTimeOffset expires, string[] names)
    {
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternative.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternative.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var generator = X509SignatureGenerator.CreateForECDsa(_key);
        using var signed = request.Create(_authority.SubjectName, generator, DateTimeOffset.UtcNow.AddYears(-1), expires, RandomNumberGenerator.GetBytes(16));
        return signed.ExportCertificatePem() + "\n" + AuthorityPem;
    }
}
