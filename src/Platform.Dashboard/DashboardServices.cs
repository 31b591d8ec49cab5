using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Platform.Dashboard.Api;
using Platform.Dashboard.Hosting;
using Platform.Dashboard.Layout;

namespace Platform.Dashboard;

/// <summary>Registers the dashboard.</summary>
public static class DashboardServices
{
    /// <summary>The most that a browser sends at once over its circuit: a certificate's chain with its key. Modules don't go this way.</summary>
    private const int MaxMessageBytes = 64 << 10;

    /// <summary>Adds the dashboard. Needs the control plane's data protection and antiforgery, and <see cref="DashboardEndpoints.UseDashboard"/> in the pipeline.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services, DashboardOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<ApiDispatcher>();
        services.AddSingleton<OpenPages>();
        services.AddSingleton<PageConnection>();
        services.AddScoped<PlatformApi>();
        services.AddScoped<CurrentVisitor>();
        services.AddScoped<TenantList>();
        services.AddMudServices(static mud =>
        {
            // A message that is half seen can't be read.
            mud.SnackbarConfiguration.ShowTransitionDuration = 0;
            mud.SnackbarConfiguration.HideTransitionDuration = 0;
        });
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.Configure<CircuitOptions>(static circuits =>
        {
            // A phone that slept finds its page as it was; a thousand that never come back don't hold memory for long.
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
            circuits.DisconnectedCircuitMaxRetained = 200;
        });
        services.Configure<HubOptions>(static hub => hub.MaximumReceiveMessageSize = MaxMessageBytes);
        return services;
    }
}
