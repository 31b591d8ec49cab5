using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Platform.Dashboard.SignIn;

namespace Platform.Dashboard.Hosting;

/// <summary>Marks what belongs to the dashboard, and what stands before it.</summary>
internal sealed class DashboardMetadata
{
    /// <summary>A script or a style, the same for everybody.</summary>
    public static readonly DashboardMetadata Asset = new();

    /// <summary>The page for who isn't signed in.</summary>
    public static readonly DashboardMetadata SignIn = new();

    /// <summary>A page for who is signed in.</summary>
    public static readonly DashboardMetadata Page = new();

    /// <summary>What a page's circuit goes by.</summary>
    public static readonly DashboardMetadata Circuit = new();

    /// <summary>What an endpoint of Blazor's is.</summary>
    public static DashboardMetadata Of(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<ComponentTypeMetadata>().FirstOrDefault() is { } component)
        {
            return component.Type == typeof(SignInPage) ? SignIn : Page;
        }

        return endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } path } && path.TrimStart('/').StartsWith("_framework/", StringComparison.Ordinal) ? Asset : Circuit;
    }
}
