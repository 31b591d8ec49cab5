using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Platform.Cluster.Security;

/// <summary>Who calls an internal endpoint.</summary>
public static class CallerExtensions
{
    /// <summary>The process that calls.</summary>
    public static InternalCaller Caller(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.GetRequiredFeature<InternalCaller>();
    }

    /// <summary>Lets only processes of these roles call.</summary>
    public static TBuilder RequireRoles<TBuilder>(this TBuilder endpoint, NodeRoles roles)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter<TBuilder>(async (invocation, next) =>
            invocation.HttpContext.Caller().Is(roles) ? await next(invocation) : Results.StatusCode(StatusCodes.Status403Forbidden));
}
