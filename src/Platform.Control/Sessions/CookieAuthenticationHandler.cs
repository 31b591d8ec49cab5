using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Control.Access;

namespace Platform.Control.Sessions;

/// <summary>A browser's session in its cookie.</summary>
internal sealed class CookieAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, SessionCheck sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync() =>
        SessionCookie.Read(Request) is not { } cookie ? AuthenticateResult.NoResult()
        : await sessions.FindCookieCallerAsync(Context, cookie) is { } caller ? CallerTicket.Success(Context, caller, Scheme.Name)
        : AuthenticateResult.Fail("The session has ended.");
}
