using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Platform.Cluster;
using Platform.Cluster.Http;
using Platform.Cluster.Security;
using Platform.Cluster.Workers;
using Platform.Contracts.Nodes;
using Platform.Control.Workers;
using Platform.Gateway;
using Platform.Gateway.Workers;
using Platform.Host.Settings;
using Platform.Worker;
using Platform.Worker.Capabilities.Sqlite.Shards;

namespace Platform.Host.Cluster;

/// <summary>The parts of one process of a cluster.</summary>
internal static class ClusterNode
{
    /// <summary>Adds what the process asks of others, and what others ask of it.</summary>
    public static void AddClusterNode(this IServiceCollection services, ClusterOptions cluster)
    {
        services.AddCluster(cluster);
        if (cluster.Roles.HasFlag(NodeRoles.Control))
        {
            services.AddControlOfCluster();
        }

        if (cluster.Roles.HasFlag(NodeRoles.Worker))
        {
            services.AddSingleton(static provider => new LocalWorker(provider.GetRequiredService<WorkerParts>().Preparer, provider.GetRequiredService<WorkerParts>().Purger));
            services.AddSingleton(static provider => provider.GetRequiredService<WorkerParts>().Artifacts);
            services.AddSqliteShards(cluster.SqliteUrls, static provider => provider.GetRequiredService<InternalHttp>().Invoker);
            services.AddSingleton<IWorkerLoad>(static provider => new WorkerLoad(provider.GetRequiredService<WorkerParts>()));
        }

        if (cluster.Roles.HasFlag(NodeRoles.Gateway))
        {
            services.AddForwarding();
            services.AddSingleton(static provider => new WorkerConnections(
                provider.GetRequiredService<InternalHttp>().Invoker, provider.GetRequiredService<WorkerProbe>().AnswersAsync));
            if (!cluster.Roles.HasFlag(NodeRoles.Control))
            {
                services.AddControlForwarding(cluster.ControlUrls);
            }
        }
    }

    /// <summary>Answers internal listeners; goes first, so that nothing of the public pipeline is there.</summary>
    public static void UseClusterNode(this WebApplication app, ClusterOptions cluster) => app.UseCluster(internals =>
    {
        if (cluster.Roles.HasFlag(NodeRoles.Worker))
        {
            internals.UseWhen(static context => context.Caller().Is(NodeRoles.Gateway), static gateways => gateways.UseInvocations());
        }

        if (cluster.Roles.HasFlag(NodeRoles.Sqlite))
        {
            internals.UseWhen(static context => context.Caller().Is(NodeRoles.Worker), static workers => workers.UseSqliteShard());
        }
    });

    /// <summary>Says where this process is, once it listens.</summary>
    public static void Announce(this WebApplication app, HostSettings host, PlatformSettings platform, ClusterOptions cluster)
    {
        if (!cluster.Roles.HasFlag(NodeRoles.Worker))
        {
            return;
        }

        var bound = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.ElementAt(host.Urls.Count);
        app.Services.GetRequiredService<WorkerAddress>().Info = new WorkerInfo(
            cluster.NodeId,
            ClusterSettings.Advertised(platform, new Uri(bound)),
            cluster.Zone,
            cluster.Version,
            app.Services.GetRequiredService<WorkerParts>().Capacity,
            IsDraining: false);
    }

    private sealed class WorkerLoad(WorkerParts parts) : IWorkerLoad
    {
        public int Running => parts.Running();

        public int Capacity => parts.Capacity;
    }
}
