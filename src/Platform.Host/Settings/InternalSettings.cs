namespace Platform.Host.Settings;

/// <summary>TLS of internal listeners (<c>Platform:Internal</c>): all three, or none for cleartext.</summary>
internal sealed class InternalSettings
{
    /// <summary>A PEM file with this process's certificate.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>A PEM file with its key.</summary>
    public string? KeyPath { get; set; }

    /// <summary>A PEM file with the authority that certifies processes of this cluster and nothing else.</summary>
    public string? AuthorityPath { get; set; }
}
