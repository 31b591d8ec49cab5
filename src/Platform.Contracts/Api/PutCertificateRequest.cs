namespace Platform.Contracts.Api;

/// <summary>A certificate for a domain.</summary>
/// <param name="Certificate">The chain in PEM, the domain's own certificate first.</param>
/// <param name="Key">Its private key in PEM, unencrypted. It is stored encrypted and never shown.</param>
public sealed record PutCertificateRequest(string Certificate, string Key)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => nameof(PutCertificateRequest);
}
