namespace Platform.Contracts.Snapshots;

/// <summary>A certificate that a tenant gave for its domain. The same object stays in later snapshots until it is replaced.</summary>
/// <param name="Sha256">The certificate's fingerprint, lower-case hex.</param>
/// <param name="ChainPem">The chain, the domain's own certificate first.</param>
/// <param name="KeyPem">Its private key; never logged.</param>
public sealed record DomainCertificate(string Sha256, string ChainPem, string KeyPem)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => $"certificate {Sha256}";
}
