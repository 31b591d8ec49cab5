namespace Platform.Control.Oidc;

/// <summary>The OpenID Connect authority whose users may sign in (<c>Platform:Oidc</c>).</summary>
public sealed record OidcOptions
{
    /// <summary>Its issuer URL; its configuration is at <c>/.well-known/openid-configuration</c> below it. https, or http on a loopback address.</summary>
    public required Uri Authority { get; init; }

    /// <summary>What the authority calls this platform; also the audience that tokens must be for, unless <see cref="Audience"/> says another.</summary>
    public required string ClientId { get; init; }

    /// <summary>The secret of a confidential client; null for a public one (PKCE is used either way).</summary>
    public string? ClientSecret { get; init; }

    /// <summary>The audience of tokens that are sent to the API as they are; null takes <see cref="ClientId"/>.</summary>
    public string? Audience { get; init; }

    /// <summary>Scopes that are asked for. Default openid, profile, email.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["openid", "profile", "email"];
}
