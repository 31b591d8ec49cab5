using Microsoft.Extensions.DependencyInjection;
using Platform.Contracts.Nodes;
using Platform.Contracts.Snapshots;
using Platform.Control.Snapshots;

namespace Platform.Control.Workers;

/// <summary>What other processes of a cluster ask of a control plane.</summary>
public static class WorkerServices
{
    /// <summary>Adds <see cref="IWorkerRegistry"/> and <see cref="ISnapshotFeed"/>.</summary>
    public static IServiceCollection AddControlOfCluster(this IServiceCollection services)
    {
        services.AddSingleton<WorkerRegistry>();
        services.AddHostedService(static provider => provider.GetRequiredService<WorkerRegistry>());
        services.AddSingleton<IWorkerRegistry>(static provider => provider.GetRequiredService<WorkerRegistry>());
        services.AddHostedService<RevisionEvents>();
        services.AddHostedService<LogEvents>();
        services.AddSingleton<ISnapshotFeed>(static provider => provider.GetRequiredService<SnapshotStore>());
        return services;
    }
}
