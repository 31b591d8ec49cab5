using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Platform.Control.Access;
using Platform.Control.Tokens;

namespace Platform.Control.Sessions;

/// <summary>Finds whose a session is, at each request: who was removed, or whose token was revoked, is out with the next one.</summary>
internal sealed class SessionCheck(SessionStore sessions, TokenStore tokens, IOperatorToken operatorToken)
{
    /// <summary>The caller of a session that an access token names.</summary>
    public async Task<Caller?> FindCallerAsync(HttpContext context, string id) =>
        await sessions.FindAsync(id, context.RequestAborted) is { } row ? await CallerOfAsync(context, row) : null;

    /// <summary>The caller of a session's cookie.</summary>
    public async Task<Caller?> FindCookieCallerAsync(HttpContext context, string cookie)
    {
        var row = SessionSecret.IdOf(cookie) is { } id ? await sessions.FindAsync(id, context.RequestAborted) : null;
        return row is { IsCookie: 1 } && CryptographicOperations.FixedTimeEquals(row.SecretHash, SessionSecret.Hash(cookie))
            ? await CallerOfAsync(context, row) is { } caller ? caller with { IsCookie = true } : null
            : null;
    }

    /// <summary>Whose a session is now; null when that token is no more.</summary>
    public async Task<Caller?> CallerOfAsync(HttpContext context, SessionRow row)
    {
        Caller? caller = null;
        if (row.UserId is { } user)
        {
            caller = CallerFactory.OfUser(context, user, row.Email!);
        }
        else if (row.TokenId is { } token)
        {
            caller = await tokens.FindValidAsync(token, context.RequestAborted) is { } valid ? CallerFactory.OfToken(context, valid) : null;
        }
        else if (CryptographicOperations.FixedTimeEquals(row.Operator, operatorToken.Sha256.Span))
        {
            caller = CallerFactory.Operator(context);
        }

        return caller is null ? null : caller with { SessionId = row.Id };
    }
}
