using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Contracts.Invocation;
using Platform.Contracts.Routing;
using Platform.Gateway.Forwarding;
using Platform.Gateway.Https;
using Platform.Gateway.Routing;
using Platform.Gateway.Splitting;
using Platform.Gateway.Telemetry;

namespace Platform.Gateway;

/// <summary>The gateway role: from a Host name to an app's version and route.</summary>
public static class GatewayServices
{
    /// <summary>Adds the gateway. Needs <c>ISnapshotSource</c> and an <see cref="IAppInvoker"/>.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewayOptions options)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new HostNames(options));
        services.AddSingleton(new HttpsRules(options));
        services.AddSingleton<RouteTables>();
        services.AddSingleton<RequestIds>();
        services.TryAddSingleton(Random.Shared);
        services.AddSingleton<VersionChooser>();
        services.AddSingleton<GatewayMetrics>();
        return services;
    }

    /// <summary>Answers everything but the base domain, which falls through. Goes first: nothing of the base domain's pipeline runs for an app's request.</summary>
    public static IApplicationBuilder UseGateway(this IApplicationBuilder app) => app.UseMiddleware<GatewayMiddleware>();
}
