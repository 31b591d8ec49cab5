using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Platform.Contracts.Apps;
using Platform.Contracts.Http;
using Platform.Contracts.Logs;
using Platform.Contracts.Modules;
using Platform.Contracts.Snapshots;
using Platform.Worker.Telemetry;

namespace Platform.Worker;

/// <summary>The worker role: everything between a routed request and its sandbox.</summary>
public static class WorkerServices
{
    /// <summary>
    /// Adds <see cref="Invocation.Invoker"/>, <see cref="IModulePreparer"/>, <see cref="ISafeHttpFetcher"/>, <see cref="IAppDataPurger"/> and <see cref="WorkerMetrics"/>. Needs <see cref="ISnapshotSource"/>,
    /// <see cref="IModuleSource"/>, <see cref="Redis.PlatformRedis"/>, <see cref="IAppLogSink"/> and <see cref="Platform.Contracts.Usage.IUsageSink"/>. Starting the host throws <see cref="WorkerConfigurationException"/> on a wrong setting and
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
        services.AddSingleton<IModulePreparer>(static provider => provider.GetRequiredService<WorkerNode>().Preparer);
        services.AddSingleton<ISafeHttpFetcher>(static provider => provider.GetRequiredService<WorkerNode>().Fetcher);
        services.AddSingleton<IAppDataPurger>(static provider => provider.GetRequiredService<WorkerNode>().Purger);
        services.AddHostedService<WorkerLifetime>();

        // Fields pass as octets (RFC 9110 section 5.5), which is what the sandbox's Latin-1 strings hold.
        services.Configure<KestrelServerOptions>(static kestrel =>
        {
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        });
        return services;
    }
}
