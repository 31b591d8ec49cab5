using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Platform.Control.Access;

/// <summary>Tells the framework and the request who calls.</summary>
internal static class CallerTicket
{
    public static AuthenticateResult Success(HttpContext context, Caller caller, string scheme)
    {
        context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(PrincipalOf(caller, scheme), scheme));
    }

    /// <summary>The caller as the framework's parts see it: antiforgery tokens are bound to it.</summary>
    public static ClaimsPrincipal PrincipalOf(Caller caller, string scheme) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, caller.SessionId is { } session ? $"{caller.Id} {session}" : caller.Id)], scheme));
}
