using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;

namespace Platform.Control.Access;

/// <summary>Says on a route who may call it.</summary>
internal static class AccessEndpointExtensions
{
    public static TBuilder RequireAccess<TBuilder>(this TBuilder builder, AccessLevel level)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(new AuthorizationPolicyBuilder(AccessSchemes.Any)
            .RequireAuthenticatedUser()
            .AddRequirements(new AccessRequirement(level))
            .Build());
}
