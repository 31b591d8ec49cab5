using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Platform.Control.Sessions;

/// <summary>
/// Access tokens of sessions: JWTs in the profile of RFC 9068, ES256 and nothing else, for ten minutes. They only say which session it is: what it may do is looked up at each request.
/// </summary>
internal sealed class AccessTokens(SigningKeys keys, TimeProvider time)
{
    /// <summary>Who issues them: the platform itself, whatever names it is reached by.</summary>
    public const string Issuer = "urn:platform:control";

    /// <summary>Who they are for.</summary>
    public const string Audience = "urn:platform:api";

    /// <summary>The header's <c>typ</c> (RFC 9068 section 2.1): no other JWT of this issuer can be taken for an access token.</summary>
    public const string Type = "at+jwt";

    /// <summary>The session's id.</summary>
    public const string SessionClaim = "sid";

    /// <summary>The longest token that is looked at.</summary>
    public const int MaxLength = 8 << 10;

    /// <summary>How long one works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>How far clocks of several control planes may be apart.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>The rules that one is held against; the keys come by <see cref="SigningKeys.FindAsync"/>, never from what the token names.</summary>
    public static TokenValidationParameters Rules(TimeProvider time) => new()
    {
        ValidIssuer = Issuer,
        ValidAudience = Audience,
        ValidTypes = [Type],
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        ClockSkew = Skew,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        LifetimeValidator = (from, until, _, parameters) =>
            until is { } end && end + parameters.ClockSkew > time.GetUtcNow().UtcDateTime && !(from - parameters.ClockSkew > time.GetUtcNow().UtcDateTime),
    };

    /// <summary>Issues one.</summary>
    /// <param name="session">The session's id.</param>
    /// <param name="subject">Whose it is, as <see cref="Access.Caller.Id"/>.</param>
    /// <returns>The token and when it stops working.</returns>
    public (string Token, DateTimeOffset Expires) Issue(string session, string subject)
    {
        var now = time.GetUtcNow();
        var expires = now + Lifetime;
        var signing = keys.Known[0];
        var token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            TokenType = Type,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = expires.UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = subject,
                [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("N"),
                [SessionClaim] = session,
            },
            SigningCredentials = new SigningCredentials(signing.Key, SecurityAlgorithms.EcdsaSha256),
        });
        return (token, expires);
    }
}
