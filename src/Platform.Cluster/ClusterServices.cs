using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Platform.Cluster.Artifacts;
using Platform.Cluster.Http;
using Platform.Cluster.Logs;
using Platform.Cluster.Modules;
using Platform.Cluster.Security;
using Platform.Cluster.Snapshots;
using Platform.Cluster.Sqlite;
using Platform.Cluster.Telemetry;
using Platform.Cluster.Usage;
using Platform.Cluster.Workers;
using Platform.Contracts.Apps;
using Platform.Contracts.Logs;
using Platform.Contracts.Modules;
using Platform.Contracts.Nodes;
using Platform.Contracts.Requests;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Sqlite;
using Platform.Contracts.Usage;

namespace Platform.Cluster;

/// <summary>What roles ask of each other, when they are processes of their own: the same interfaces as in one process, over the internal listener.</summary>
public static class ClusterServices
{
    /// <summary>Adds what the process's roles ask of others. A control plane adds <see cref="IWorkerRegistry"/> and <see cref="ISnapshotFeed"/>, a worker <see cref="LocalWorker"/>, <see cref="IArtifactStore"/> and <see cref="IWorkerLoad"/>.</summary>
    public static IServiceCollection AddCluster(this IServiceCollection services, ClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ClusterTokens>();
        services.AddSingleton<InternalHttp>();
        services.AddSingleton<WorkerProbe>();
        services.AddSingleton<ControlClient>();
        services.AddSingleton(new SnapshotCodec(options.Key, options.OtherKey));
        if (options.Roles.HasFlag(NodeRoles.Control))
        {
            services.AddSingleton<SeenLogBatches>();
            services.AddSingleton<IModulePreparer, RemoteModulePreparer>();
            services.AddSingleton<IAppDataPurger, RemoteAppDataPurger>();
            services.AddSingleton<IWorkerList>(static provider => provider.GetRequiredService<IWorkerRegistry>());
        }
        else
        {
            services.AddSingleton<ISqliteBackups, RemoteSqliteBackups>();
            if ((options.Roles & (NodeRoles.Gateway | NodeRoles.Worker)) != 0)
            {
                AddRemoteControl(services);
            }
        }

        if (options.Roles.HasFlag(NodeRoles.Worker))
        {
            services.AddSingleton<WorkerAddress>();
            services.AddHostedService<WorkerBeats>();
            services.AddSingleton<IArtifactPeers, RemoteArtifacts>();
        }

        return services;
    }

    /// <summary>Answers what comes by internal listeners; what a gateway forwards for the public API goes on as if it had come to here.</summary>
    /// <param name="app">The application.</param>
    /// <param name="configure">What other parts answer there, before the endpoints.</param>
    public static void UseCluster(this WebApplication app, Action<IApplicationBuilder> configure)
    {
        var roles = app.Services.GetRequiredService<ClusterOptions>().Roles;

        // A builder of its own: one that branches off the application's would have its routes in common with it.
        var internals = new ApplicationBuilder(app.Services);
        configure(internals);
        internals.UseRouting();
        internals.UseEndpoints(endpoints => Map(endpoints, roles));
        var answer = internals.Build();
        var snapshots = roles.HasFlag(NodeRoles.Control) ? app.Services.GetRequiredService<ISnapshotSource>() : null;
        app.UseWhen(InternalConnection.Is, branch =>
        {
            branch.UseMiddleware<InternalAuthentication>();
            branch.Use(next => context => snapshots is not null && ForwardedCalls.TryRestore(context, snapshots) ? next(context) : answer(context));
        });
    }

    private static void AddRemoteControl(IServiceCollection services)
    {
        services.AddSingleton<SnapshotFile>();
        services.AddSingleton<RemoteSnapshots>();
        services.AddHostedService(static provider => provider.GetRequiredService<RemoteSnapshots>());
        services.AddSingleton<ISnapshotSource>(static provider => provider.GetRequiredService<RemoteSnapshots>());
        services.AddSingleton<RemoteWorkers>();
        services.AddHostedService(static provider => provider.GetRequiredService<RemoteWorkers>());
        services.AddSingleton<IWorkerList>(static provider => provider.GetRequiredService<RemoteWorkers>());
        services.AddSingleton<IModuleSource, RemoteModuleSource>();
        services.AddSingleton<IUsageSink, RemoteUsageSink>();
        services.AddMetrics();
        services.AddSingleton<ClusterMetrics>();
        services.AddSingleton<RemoteAppLogSink>();
        services.AddHostedService(static provider => provider.GetRequiredService<RemoteAppLogSink>());
        services.AddSingleton<IAppLogSink>(static provider => provider.GetRequiredService<RemoteAppLogSink>());
        services.AddSingleton<IRequestSink>(static provider => provider.GetRequiredService<RemoteAppLogSink>());
    }

    private static void Map(IEndpointRouteBuilder endpoints, NodeRoles roles)
    {
        endpoints.MapGet(WorkerProbe.Path, static (IHostApplicationLifetime lifetime) =>
            lifetime.ApplicationStopping.IsCancellationRequested ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.NoContent());
        if (roles.HasFlag(NodeRoles.Control))
        {
            SnapshotEndpoint.Map(endpoints);
            BlobEndpoint.Map(endpoints);
            UsageEndpoint.Map(endpoints);
            LogEndpoint.Map(endpoints);
            WorkerEndpoints.Map(endpoints);
            SqliteBackupEndpoint.Map(endpoints);
        }

        if (roles.HasFlag(NodeRoles.Worker))
        {
            PrepareEndpoint.Map(endpoints);
            PurgeEndpoint.Map(endpoints);
            ArtifactEndpoint.Map(endpoints);
        }
    }
}
