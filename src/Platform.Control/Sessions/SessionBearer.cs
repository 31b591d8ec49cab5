using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.Control.Access;

namespace Platform.Control.Sessions;

/// <summary>How the framework's JWT handler takes access tokens of sessions here.</summary>
internal static class SessionBearer
{
    public static void Configure(JwtBearerOptions options, SigningKeys keys, TimeProvider time)
    {
        options.MapInboundClaims = false;
        options.IncludeErrorDetails = false;
        options.TimeProvider = time;
        options.TokenValidationParameters = AccessTokens.Rules(time);
        options.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, kid, _) => keys.Known.Where(key => key.Id == kid).Select(key => key.Key);
        options.Events = new JwtBearerEvents { OnMessageReceived = PinKeyAsync, OnTokenValidated = FindCallerAsync };
    }

    // The keys of the store under the token's id, found before validation since that isn't asynchronous; what else a token's header says of keys is never looked at.
    private static async Task PinKeyAsync(MessageReceivedContext context)
    {
        var token = context.Request.Headers.Authorization.ToString()["Bearer ".Length..].Trim();
        if (token.Length > AccessTokens.MaxLength)
        {
            context.Fail("The token is too long.");
            return;
        }

        var keys = context.HttpContext.RequestServices.GetRequiredService<SigningKeys>();
        var known = ReadKeyId(token) is { } id ? await keys.FindAsync(id, context.HttpContext.RequestAborted) : [];
        if (known.Count == 0)
        {
            context.Fail("No key of this platform signed the token.");
            return;
        }

        context.Token = token;
    }

    private static async Task FindCallerAsync(TokenValidatedContext context)
    {
        var session = (context.SecurityToken as JsonWebToken)?.TryGetPayloadValue<string>(AccessTokens.SessionClaim, out var id) == true ? id : null;
        var check = context.HttpContext.RequestServices.GetRequiredService<SessionCheck>();
        if (session is not null && await check.FindCallerAsync(context.HttpContext, session) is { } caller)
        {
            context.HttpContext.Features.Set(caller);
            context.Principal = CallerTicket.PrincipalOf(caller, AccessSchemes.Session);
        }
        else
        {
            context.Fail("The session has ended.");
        }
    }

    private static string? ReadKeyId(string token)
    {
        try
        {
            return new JsonWebToken(token).Kid;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
