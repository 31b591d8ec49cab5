using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Platform.Control.Access;

namespace Platform.Control.Tokens;

/// <summary>Finds whose a presented token is.</summary>
internal sealed class TokenCheck(IOperatorToken operatorToken, TokenStore tokens, TokenUses uses)
{
    /// <summary>The caller; null for a token that is unknown, expired or revoked.</summary>
    public async Task<Caller?> FindCallerAsync(HttpContext context, string token)
    {
        var hash = TokenSecret.Hash(token);
        if (CryptographicOperations.FixedTimeEquals(hash, operatorToken.Sha256.Span))
        {
            return CallerFactory.Operator(context);
        }

        var row = TokenSecret.TryGetLookup(token, out var lookup) ? await tokens.FindByLookupAsync(lookup, context.RequestAborted) : null;
        if (row is null || !CryptographicOperations.FixedTimeEquals(hash, row.Hash) || tokens.HasExpired(row))
        {
            return null;
        }

        uses.Note(row);
        return CallerFactory.OfToken(context, row);
    }
}
