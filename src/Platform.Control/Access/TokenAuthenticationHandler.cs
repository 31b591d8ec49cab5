using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Platform.Control.Problems;
using Platform.Control.Tokens;

namespace Platform.Control.Access;

/// <summary><c>Authorization: Bearer plat_…</c> (RFC 6750): the operator's token, or one of a tenant's. Its challenge is that of every scheme.</summary>
internal sealed class TokenAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    TokenCheck tokens,
    TokenGuessLimiter guesses)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private TimeSpan? _retryAfter;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Only for the API's own routes: an Authorization header sent to an app is the app's business and no guess at a token.
        var header = Request.Headers.Authorization;
        if (header.Count == 0 || Context.GetEndpoint()?.Metadata.GetMetadata<AuthorizationPolicy>() is null)
        {
            return AuthenticateResult.NoResult();
        }

        // Before the token is looked at: a guesser learns nothing more, not even that a guess was right.
        _retryAfter = guesses.RetryAfter(Context.Connection.RemoteIpAddress);
        if (_retryAfter is not null)
        {
            return AuthenticateResult.Fail("Too many wrong tokens.");
        }

        var caller = header.Count == 1
            && AuthenticationHeaderValue.TryParse(header[0], out var value)
            && value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            && value.Parameter is { Length: > 0 and <= 512 } token
                ? await tokens.FindCallerAsync(Context, token)
                : null;
        if (caller is null)
        {
            guesses.Failed(Context.Connection.RemoteIpAddress);
            return AuthenticateResult.Fail("Unknown, expired or revoked token.");
        }

        return CallerTicket.Success(Context, caller, Scheme.Name);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_retryAfter is { } wait)
        {
            RetryAfter.Set(Context, wait);
            return Problem.TooManyAttempts.ExecuteAsync(Context);
        }

        Response.Headers[HeaderNames.WWWAuthenticate] = Request.Headers.Authorization.Count > 0 ? "Bearer error=\"invalid_token\"" : "Bearer";
        return Problem.NotSignedIn.ExecuteAsync(Context);
    }
}
