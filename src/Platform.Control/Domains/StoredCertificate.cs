namespace Platform.Control.Domains;

/// <summary>A checked certificate as the store keeps it.</summary>
/// <param name="Chain">The chain in PEM.</param>
/// <param name="ProtectedKey">The key, encrypted by the key ring.</param>
/// <param name="Sha256">The certificate's fingerprint.</param>
internal sealed record StoredCertificate(string Chain, string ProtectedKey, string Sha256);
