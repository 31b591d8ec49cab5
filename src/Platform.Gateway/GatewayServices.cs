using System.Net;
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
using Platform.Gateway.Workers;

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
        services.TryAddSingleton<RouteTables>();
        services.AddSingleton<RequestIds>();
        services.TryAddSingleton(Random.Shared);
        services.AddSingleton<VersionChooser>();
        services.AddSingleton<GatewayMetrics>();
        return services;
    }

    /// <summary>Adds an <see cref="IAppInvoker"/> that calls workers of other processes. Needs <see cref="WorkerConnections"/> and <c>IWorkerList</c>.</summary>
    public static IServiceCollection AddForwarding(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddSingleton<WorkerTable>();
        services.AddHostedService(static provider => provider.GetRequiredService<WorkerTable>());
        services.AddSingleton<RetryBudget>();
        services.AddSingleton<IAppInvoker, WorkerForwarder>();
        return services;
    }

    /// <summary>Adds the way of the base domain's requests to control planes of other processes. Needs <see cref="WorkerConnections"/> and <see cref="AddForwarding"/>.</summary>
    public static IServiceCollection AddControlForwarding(this IServiceCollection services, IReadOnlyList<Uri> controls)
    {
        Func<string, CancellationToken, Task<IPAddress[]>> resolve = Dns.GetHostAddressesAsync;
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ControlPlanes>(provider, controls, resolve));
        services.AddHostedService(static provider => provider.GetRequiredService<ControlPlanes>());
        services.AddSingleton<ControlForwarder>();
        return services;
    }

    /// <summary>Gives what is left of the base domain's requests to control planes.</summary>
    public static void RunControlForwarding(this IApplicationBuilder app)
    {
        var forwarder = app.ApplicationServices.GetRequiredService<ControlForwarder>();
        app.Run(forwarder.ForwardAsync);
    }

    /// <summary>Answers everything but the base domain, which falls through. Goes first: nothing of the base domain's pipeline runs for an app's request.</summary>
    public static IApplicationBuilder UseGateway(this IApplicationBuilder app) => app.UseMiddleware<GatewayMiddleware>();
}
