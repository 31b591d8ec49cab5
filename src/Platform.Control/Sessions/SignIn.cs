using Microsoft.AspNetCore.Http;
using Platform.Contracts.Api;
using Platform.Control.Access;
using Platform.Control.People;
using Platform.Control.Problems;
using Platform.Control.Tokens;

namespace Platform.Control.Sessions;

/// <summary>Makes sessions of credentials.</summary>
internal sealed class SignIn(
    UserStore users, Passwords passwords, SignInGuard guard, TokenCheck tokens, IOperatorToken operatorToken, TokenGuessLimiter guesses, SessionStore sessions, AccessTokens access)
{
    /// <summary>Signs in; the result is the answer.</summary>
    public async Task<IResult> RunAsync(HttpContext http, SignInRequest body, CancellationToken cancellationToken)
    {
        if (guesses.RetryAfter(http.Connection.RemoteIpAddress) is { } wait)
        {
            RetryAfter.Set(http, wait);
            return Problem.TooManyAttempts;
        }

        var (caller, refusal) = body switch
        {
            { Token: { Length: > 0 and <= 512 } token, Email: null, Password: null } => (await tokens.FindCallerAsync(http, token), (IResult?)null),
            { Token: null, Email: { } email, Password: { } password } => await FindUserAsync(http, email, password, cancellationToken),
            _ => (null, Problem.Invalid("Send 'email' and 'password', or 'token'.")),
        };
        if (refusal is not null)
        {
            return refusal;
        }

        if (caller is null)
        {
            guesses.Failed(http.Connection.RemoteIpAddress);
            return Problem.SignInFailed;
        }

        return await CreateAsync(http, caller, body.Cookie, cancellationToken);
    }

    /// <summary>Makes a session of somebody who was found to be who they say; the result is the answer.</summary>
    public async Task<IResult> CreateAsync(HttpContext http, Caller caller, bool isCookie, CancellationToken cancellationToken)
    {
        var owner = new SessionOwner(caller.UserId, caller.TokenId, caller.IsOperator ? operatorToken.Sha256.ToArray() : null);
        var (id, text, ends) = await sessions.CreateAsync(owner, isCookie, caller.Actor, cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        if (isCookie)
        {
            SessionCookie.Set(http, text, ends);
            return TypedResults.Created((string?)null, new SessionResource(null, ends, null, ends));
        }

        var (token, expires) = access.Issue(id, caller.Id);
        return TypedResults.Created((string?)null, new SessionResource(token, expires, text, ends));
    }

    private async Task<(Caller?, IResult?)> FindUserAsync(HttpContext http, string email, string password, CancellationToken cancellationToken)
    {
        if (Emails.Normalize(email) is not { } normal)
        {
            return (null, null);
        }

        if (await guard.LockedForAsync(normal, cancellationToken) is { } locked)
        {
            RetryAfter.Set(http, locked);
            return (null, Problem.SignInLocked);
        }

        if (!await guard.TryCountAsync(normal, cancellationToken))
        {
            RetryAfter.Set(http, await guard.LockedForAsync(normal, cancellationToken) ?? TimeSpan.FromMinutes(1));
            return (null, Problem.SignInLocked);
        }

        var user = await users.FindByEmailAsync(normal, cancellationToken);
        if (!passwords.Verify(user?.PasswordHash, password))
        {
            return (null, null);
        }

        await guard.SucceededAsync(normal, cancellationToken);
        return (CallerFactory.OfUser(http, user!.Id, user.Email), null);
    }
}
