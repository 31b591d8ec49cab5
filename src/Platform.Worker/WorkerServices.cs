using System.Collections.Frozen;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Platform.Contracts.Apps;
using Platform.Contracts.Http;
using Platform.Contracts.Logs;
using Platform.Contracts.Modules;
using Platform.Contracts.Snapshots;
using Platform.Worker.Outbound;
using Platform.Worker.Telemetry;

namespace Platform.Worker;

/// <summary>The worker role: everything between a routed request and its sandbox.</summary>
public static class WorkerServices
{
    /// <summary>
    /// Adds <see cref="Invocation.Invoker"/>, <see cref="WorkerParts"/> and <see cref="WorkerMetrics"/>. Needs <see cref="ISnapshotSource"/>,
    /// <see cref="IModuleSource"/>, <see cref="Redis.PlatformRedis"/>, <see cref="IAppLogSink"/>, <see cref="Platform.Contracts.Requests.IRequestSink"/> and <see cref="Platform.Contracts.Usage.IUsageSink"/>. Starting the host throws <see cref="WorkerConfigurationException"/> on a wrong setting and
    /// <see cref="PlatformNotSupportedException"/> where the engine can't run.
    /// </summary>
    public static IServiceCollection AddWorker(this IServiceCollection services, Action<WorkerOptions> configure)
    {
        services.Configure(configure);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<WorkerMetrics>();
        services.AddSingleton<WorkerNode>();
        services.AddSingleton(static provider => provider.GetRequiredService<WorkerNode>().Invoker);
        services.AddSingleton(static provider => provider.GetRequiredService<WorkerNode>().Parts);
        services.AddHostedService<WorkerLifetime>();
        services.TryAddSingleton<Contracts.Routing.RouteTables>();

        // Fields pass as octets (RFC 9110 section 5.5), which is what the sandbox's Latin-1 strings hold.
        services.Configure<KestrelServerOptions>(static kestrel =>
        {
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        });
        return services;
    }

    /// <summary>Adds <see cref="IModulePreparer"/> and <see cref="IAppDataPurger"/> for a control plane in the same process, which has no other worker.</summary>
    public static IServiceCollection AddOnlyWorker(this IServiceCollection services)
    {
        services.AddSingleton<IModulePreparer>(static provider => provider.GetRequiredService<WorkerParts>().Preparer);
        services.AddSingleton<IAppDataPurger>(static provider => provider.GetRequiredService<WorkerParts>().Purger);
        return services;
    }

    /// <summary>Adds <see cref="ISafeHttpFetcher"/>, by the networks that guests may reach; also where no guests run.</summary>
    public static IServiceCollection AddSafeHttpFetcher(this IServiceCollection services, Action<WorkerOptions> configure)
    {
        services.Configure(configure);
        services.AddSingleton<ISafeHttpFetcher>(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<WorkerOptions>>().Value;

            // The platform's own port is no secret from itself: a domain's proof is answered by its gateway once the name points there.
            return new SafeHttpFetcher(new OutboundConnector(OutboundNetworks.Policy(options, static () => FrozenSet<int>.Empty)));
        });
        return services;
    }

    /// <summary>Takes gateways' invocations: on the internal listener only, once it is known that a gateway calls.</summary>
    public static IApplicationBuilder UseInvocations(this IApplicationBuilder app) => app.UseMiddleware<Invocation.InvocationMiddleware>();
}
