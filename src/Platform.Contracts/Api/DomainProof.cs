namespace Platform.Contracts.Api;

/// <summary>What proves that a domain is its claimant's.</summary>
/// <param name="Dns">A DNS record.</param>
/// <param name="Http">An answer of the domain's web server; once the name points at the platform, its gateway gives it, unless several claim the name.</param>
public sealed record DomainProof(DnsProof Dns, HttpProof Http);
