using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Platform.Control.Deletion;
using Platform.Control.Problems;
using Platform.Control.Sessions;
using Platform.Control.Tenants;

namespace Platform.Control.Access;

/// <summary>
/// Decides before anything of the request is bound or read. The order matters: a page of another origin (403), names that can't exist (400), then whether the tenant exists for this caller,
/// which is one statement with the caller's tenant or user in its WHERE (404, the same for another's tenant and none), then the role (403).
/// </summary>
internal sealed class AccessHandler(TenantStore tenants, CookieRequests cookies) : AuthorizationHandler<AccessRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRequirement requirement)
    {
        if (context.Resource is not HttpContext http || http.Features.Get<Caller>() is not { } caller)
        {
            return;
        }

        var refusal = caller.IsCookie ? await cookies.CheckAsync(http) : null;
        refusal ??= await CheckAsync(http, caller, requirement.Level);
        if (refusal is null)
        {
            context.Succeed(requirement);
        }
        else
        {
            http.Features.Set(new AccessRefusal(refusal));
            context.Fail();
        }
    }

    private async Task<ProblemHttpResult?> CheckAsync(HttpContext http, Caller caller, AccessLevel needed)
    {
        var level = caller.IsOperator ? AccessLevel.Operator : caller.TokenLevel ?? AccessLevel.SignedIn;
        if (http.GetRouteValue("tenant") is string name)
        {
            var invalid = PathNames.Check(http);
            if (invalid is not null)
            {
                return invalid;
            }

            var deletedToo = http.GetEndpoint()?.Metadata.GetMetadata<ReachesDeletedTenants>() is not null;
            if (await tenants.FindForAsync(caller, name, deletedToo, http.RequestAborted) is not { } access)
            {
                return Problem.NotFound;
            }

            http.Features.Set(access);
            level = access.Level;
        }

        return level < needed ? Problem.RoleTooLow(needed) : null;
    }
}
