using Microsoft.AspNetCore.Http;
using Platform.Control.Audit;

namespace Platform.Control.Access;

/// <summary>The caller of a route without a tenant. A handler takes it as a parameter.</summary>
internal sealed record CallerAccess(Caller Caller)
{
    /// <summary>The caller as the audit trail names it.</summary>
    public Actor Actor => Caller.Actor;

    public static ValueTask<CallerAccess> BindAsync(HttpContext context) =>
        ValueTask.FromResult(new CallerAccess(context.Features.Get<Caller>() ?? throw new InvalidOperationException("The route asks for no access level.")));
}
