namespace Platform.Contracts.Api;

/// <summary>What a certificate says of itself.</summary>
/// <param name="Subject">Its subject's distinguished name.</param>
/// <param name="Names">The DNS names it is for.</param>
/// <param name="NotBefore">From when it is valid.</param>
/// <param name="Expires">Until when.</param>
/// <param name="Sha256">Its fingerprint, lower-case hex.</param>
/// <param name="Warning">That it expires soon or has; null when there's time.</param>
public sealed record CertificateResource(string Subject, IReadOnlyList<string> Names, DateTimeOffset NotBefore, DateTimeOffset Expires, string Sha256, string? Warning);
