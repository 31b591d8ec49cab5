using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Platform.Control.Audit;
using Platform.Control.Problems;
using Platform.Control.Tokens;

namespace Platform.Control.Access;

/// <summary><c>Authorization: Bearer plat_…</c> (RFC 6750): the operator's token, or one of a tenant's.</summary>
internal sealed class TokenAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    ControlOptions control,
    TokenStore tokens,
    TokenGuessLimiter guesses,
    TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "PlatformToken";

    private TimeSpan? _retryAfter;
    private bool _refused;

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
                ? await FindCallerAsync(token)
                : null;
        if (caller is null)
        {
            _refused = true;
            guesses.Failed(Context.Connection.RemoteIpAddress);
            return AuthenticateResult.Fail("Unknown, expired or revoked token.");
        }

        Context.Features.Set(caller);
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, caller.Id)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_retryAfter is { } wait)
        {
            Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Problem.TooManyAttempts.ExecuteAsync(Context);
        }

        Response.Headers[HeaderNames.WWWAuthenticate] = _refused ? "Bearer error=\"invalid_token\"" : "Bearer";
        return Problem.NotSignedIn.ExecuteAsync(Context);
    }

    private async Task<Caller?> FindCallerAsync(string token)
    {
        var hash = TokenSecret.Hash(token);
        if (CryptographicOperations.FixedTimeEquals(hash, control.OperatorTokenSha256.Span))
        {
            return new Caller("operator", null, AccessLevel.Operator, null, CreateActor("operator", null), TokenSecret.DeriveKey(token));
        }

        var row = TokenSecret.TryGetLookup(token, out var lookup) ? await tokens.FindByLookupAsync(lookup, Context.RequestAborted) : null;
        if (row is null || !CryptographicOperations.FixedTimeEquals(hash, row.Hash))
        {
            return null;
        }

        var expired = row.ExpiresAt is { } at && at <= time.GetUtcNow().ToUnixTimeMilliseconds();
        var id = $"token:{row.Id}";
        return expired ? null : new Caller(id, row.Id, TokenRoles.Parse(row.Role), row.TenantId, CreateActor(id, row.Name), TokenSecret.DeriveKey(token));
    }

    private Actor CreateActor(string id, string? name) => new(id, name, ClientAddress.Of(Context), Context.TraceIdentifier);
}
