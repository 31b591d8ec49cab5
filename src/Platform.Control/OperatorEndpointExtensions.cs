using Microsoft.AspNetCore.Builder;
using Platform.Control.Access;

namespace Platform.Control;

/// <summary>Lets the host put endpoints of its own behind the control plane's authentication.</summary>
public static class OperatorEndpointExtensions
{
    /// <summary>Only the operator may call it: 401 without a valid token, 403 with a tenant's.</summary>
    public static TBuilder RequireOperator<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAccess(AccessLevel.Operator);
}
