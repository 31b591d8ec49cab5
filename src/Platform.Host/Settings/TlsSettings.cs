namespace Platform.Host.Settings;

/// <summary>The operator's own certificate (<c>Platform:Tls</c>), for the base domain and the apps under theirs.</summary>
internal sealed class TlsSettings
{
    /// <summary>A PEM file with the chain, the server's own certificate first, or a PKCS#12 file (.pfx) with its key.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>A PEM file with its private key; null: it is in the certificate's file.</summary>
    public string? KeyPath { get; set; }

    /// <summary>Of an encrypted key or PKCS#12 file.</summary>
    public string? Password { get; set; }
}
