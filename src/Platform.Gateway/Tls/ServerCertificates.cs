using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Tls;

namespace Platform.Gateway.Tls;

/// <summary>The certificate for each TLS handshake: a custom domain's own by SNI, else the operator's.</summary>
/// <param name="snapshots">Where custom domains are.</param>
/// <param name="operators">The operator's certificate as it is now.</param>
/// <param name="logger">Told of a certificate that can't be used.</param>
public sealed partial class ServerCertificates(ISnapshotSource snapshots, Func<SslStreamCertificateContext> operators, ILogger<ServerCertificates> logger)
{
    // A context holds the server's sessions and is costly to make; it goes with the last snapshot that has its certificate.
    private readonly ConditionalWeakTable<DomainCertificate, Lazy<SslStreamCertificateContext?>> _contexts = [];

    /// <summary>What a client that named this server gets; null or empty for a client that named none.</summary>
    public SslServerAuthenticationOptions Choose(string? serverName) => new()
    {
        ServerCertificateContext = Find(serverName) ?? operators(),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    private SslStreamCertificateContext? Find(string? serverName)
    {
        var domains = snapshots.Current.Domains;
        if (string.IsNullOrEmpty(serverName)
            || domains.IsEmpty
            || !domains.TryGetValue(serverName.TrimEnd('.').ToLowerInvariant(), out var domain)
            || domain is not { App: not null, Certificate: { } certificate })
        {
            return null;
        }

        return _contexts.GetValue(certificate, one => new Lazy<SslStreamCertificateContext?>(() => Create(serverName, one))).Value;
    }

    private SslStreamCertificateContext? Create(string name, DomainCertificate certificate)
    {
        try
        {
            var (leaf, chain) = PemCertificate.Read(certificate.ChainPem, certificate.KeyPem);

            // Offline: a handshake fetches no missing issuer from wherever a tenant's certificate says.
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (CryptographicException e)
        {
            LogUnusable(name, certificate.Sha256, e);
            return null;
        }
    }

    [LoggerMessage(3431, LogLevel.Error, "The certificate {Sha256} of the domain {Domain} can't be used; the operator's is served")]
    private partial void LogUnusable(string domain, string sha256, Exception exception);
}
