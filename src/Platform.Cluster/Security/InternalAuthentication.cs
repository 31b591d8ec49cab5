using Microsoft.AspNetCore.Http;

namespace Platform.Cluster.Security;

/// <summary>Lets only processes of the cluster call the internal listener.</summary>
internal sealed class InternalAuthentication(RequestDelegate next, ClusterTokens tokens)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (await tokens.ReadAsync(context.Request.Headers[ClusterTokens.HeaderName].ToString()) is not { } caller)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        context.Request.Headers.Remove(ClusterTokens.HeaderName);
        context.Features.Set(caller);
        await next(context);
    }
}
