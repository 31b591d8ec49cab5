namespace Platform.Control.People;

/// <summary>Somebody whom the configured OpenID Connect authority vouches for.</summary>
/// <param name="Issuer">The authority's issuer.</param>
/// <param name="Subject">Who it is there (<c>sub</c>).</param>
/// <param name="Name">What the authority calls them; null when it doesn't say.</param>
internal sealed record AuthorityIdentity(string Issuer, string Subject, string? Name);
