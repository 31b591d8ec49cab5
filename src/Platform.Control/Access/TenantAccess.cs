using Microsoft.AspNetCore.Http;
using Platform.Control.Audit;
using Platform.Data;

namespace Platform.Control.Access;

/// <summary>The tenant of the route, which the caller was found to have a right to, the caller, and what the caller may do there. A handler takes it as a parameter.</summary>
internal sealed record TenantAccess(TenantScope Tenant, Caller Caller, AccessLevel Level)
{
    /// <summary>The caller as the audit trail names it.</summary>
    public Actor Actor => Caller.Actor;

    public static ValueTask<TenantAccess> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<TenantAccess>()
            ?? throw new InvalidOperationException("The route has no {tenant}, or asks for no access level."));
}
