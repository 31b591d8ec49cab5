using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.Control.Sessions;

namespace Platform.Control.Access;

/// <summary>The ways to say who calls, and which one a request uses. No credential is looked at twice: the first that is there decides.</summary>
internal static class AccessSchemes
{
    /// <summary>Whichever the request uses.</summary>
    public const string Any = "Platform";

    /// <summary>An API token.</summary>
    public const string Token = "PlatformToken";

    /// <summary>An access token of a session here.</summary>
    public const string Session = "PlatformSession";

    /// <summary>A session in a cookie.</summary>
    public const string Cookie = "PlatformCookie";

    /// <summary>A token of the configured OpenID Connect authority.</summary>
    public const string Authority = "PlatformAuthority";

    private const string Bearer = "Bearer ";

    /// <summary>The scheme that the request uses. What a JWT says of its issuer is only a hint here: each scheme pins its own.</summary>
    public static string Select(HttpContext context, bool hasAuthority)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return SessionCookie.IsSent(context.Request) ? Cookie : Token;
        }

        if (!header.ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) || header.ToString()[Bearer.Length..].Count(c => c == '.') != 2)
        {
            return Token;
        }

        return hasAuthority && IssuerOf(header.ToString()[Bearer.Length..]) is { } issuer && issuer != AccessTokens.Issuer ? Authority : Session;
    }

    private static string? IssuerOf(string token)
    {
        try
        {
            return token.Length <= AccessTokens.MaxLength ? new JsonWebToken(token.Trim()).Issuer : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
