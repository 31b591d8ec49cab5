using Microsoft.AspNetCore.Http;
using Platform.Control.Audit;
using Platform.Control.Tokens;

namespace Platform.Control.Access;

/// <summary>Makes the caller of a request once it is known who that is.</summary>
internal static class CallerFactory
{
    public static Caller Operator(HttpContext context) => new(Actor.OperatorId, ActorOf(context, Actor.OperatorId, null)) { IsOperator = true };

    public static Caller OfToken(HttpContext context, TokenRow row)
    {
        var id = $"token:{row.Id}";
        return new Caller(id, ActorOf(context, id, row.Name)) { TokenId = row.Id, TenantId = row.TenantId, TokenLevel = TokenRoles.Parse(row.Role) };
    }

    public static Caller OfUser(HttpContext context, long userId, string email)
    {
        var id = $"user:{userId}";
        return new Caller(id, ActorOf(context, id, email)) { UserId = userId, Email = email };
    }

    /// <summary>Somebody who has no credential yet, for the audit trail: who accepts an invitation, say.</summary>
    public static Actor ActorOf(HttpContext context, string id, string? name) => new(id, name, ClientAddress.Of(context), context.TraceIdentifier);
}
