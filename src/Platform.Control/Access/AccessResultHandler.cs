using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;

namespace Platform.Control.Access;

/// <summary>Answers a refusal as <see cref="AccessHandler"/> decided it; all else as the framework does.</summary>
internal sealed class AccessResultHandler : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
        authorizeResult.Forbidden && context.Features.Get<AccessRefusal>() is { } refusal
            ? refusal.Problem.ExecuteAsync(context)
            : _default.HandleAsync(next, context, policy, authorizeResult);
}
