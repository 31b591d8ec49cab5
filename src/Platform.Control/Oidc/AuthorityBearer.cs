using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Platform.Control.Access;
using Platform.Control.People;
using Platform.Control.Sessions;

namespace Platform.Control.Oidc;

/// <summary>How the framework's JWT handler takes tokens of the configured authority. Keys come from the authority's configuration only; a token's header names none.</summary>
internal static class AuthorityBearer
{
    // Asymmetric ones only: a public key must not be taken for a secret (RFC 8725 section 3.1).
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.EcdsaSha384,
    ];

    public static void Configure(JwtBearerOptions options, OidcOptions authority, TimeProvider time)
    {
        options.Authority = authority.Authority.AbsoluteUri;
        options.RequireHttpsMetadata = !authority.Authority.IsLoopback;
        options.MapInboundClaims = false;
        options.IncludeErrorDetails = false;
        options.TimeProvider = time;
        options.TokenValidationParameters = Rules(authority.Audience ?? authority.ClientId);
        options.Events = new JwtBearerEvents { OnTokenValidated = FindCallerAsync };
    }

    /// <summary>The rules that a token of the authority is held against.</summary>
    public static TokenValidationParameters Rules(string audience) => new()
    {
        ValidAudience = audience,
        ValidAlgorithms = Algorithms,
        ClockSkew = AccessTokens.Skew,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
    };

    private static async Task FindCallerAsync(TokenValidatedContext context)
    {
        var http = context.HttpContext;
        if (context.Principal?.FindFirst("sub")?.Value is not { Length: > 0 and <= 255 } subject)
        {
            context.Fail("The token names nobody.");
            return;
        }

        var identity = new AuthorityIdentity(context.SecurityToken.Issuer, subject, context.Principal.FindFirst("name")?.Value);
        var user = await http.RequestServices.GetRequiredService<UserStore>().FindByLoginAsync(identity.Issuer, identity.Subject, http.RequestAborted);
        if (user is null)
        {
            // Whoever accepts an invitation becomes one.
            http.Features.Set(identity);
            context.Fail("Not a user of this platform.");
            return;
        }

        var caller = CallerFactory.OfUser(http, user.Id, user.Email);
        http.Features.Set(caller);
        context.Principal = CallerTicket.PrincipalOf(caller, AccessSchemes.Authority);
    }
}
