using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Dashboard.Hosting;

namespace Platform.Dashboard;

/// <summary>Puts the dashboard into a host that has the control plane.</summary>
public static class DashboardEndpoints
{
    /// <summary>Takes what follows in the pipeline as the API that pages call. Goes before routing.</summary>
    public static IApplicationBuilder UseDashboardApi(this IApplicationBuilder app)
    {
        var dispatcher = app.ApplicationServices.GetRequiredService<ApiDispatcher>();
        return app.Use(dispatcher.Take);
    }

    /// <summary>Adds what stands before every page. Goes after routing and what authenticates the API.</summary>
    public static IApplicationBuilder UseDashboard(this IApplicationBuilder app) =>
        app.UseWhen(
            static context => context.GetEndpoint()?.Metadata.GetMetadata<DashboardMetadata>() is not null,
            static dashboard => dashboard.UseMiddleware<DashboardMiddleware>());

    /// <summary>Maps pages, their circuits, scripts and styles.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapStaticAssets().Add(static endpoint => endpoint.Metadata.Add(DashboardMetadata.Asset));
        endpoints.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(static server => server.ContentSecurityFrameAncestorsPolicy = null)
            .WithStaticAssets()
            .DisableAntiforgery()
            .Add(static endpoint => endpoint.Metadata.Add(DashboardMetadata.Of(endpoint)));
    }
}
