using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Platform.Worker.Capabilities.Sqlite.Shards;

/// <summary>The role <c>sqlite</c>: apps' SQLite databases in a process of their own, and what workers use in place of their own.</summary>
public static class SqliteShardServices
{
    /// <summary>Adds a shard. Needs <see cref="Contracts.Sqlite.ISqliteBackups"/>. Starting the host throws <see cref="WorkerConfigurationException"/> when the volume is another shard's.</summary>
    public static IServiceCollection AddSqliteShard(this IServiceCollection services, SqliteShardOptions options, Action<WorkerOptions> configure)
    {
        services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(static provider =>
        {
            var worker = provider.GetRequiredService<IOptions<WorkerOptions>>().Value;
            return new LocalSqliteHost(worker.DataDirectory, worker.SqliteBytes, worker.SqliteStatementTime);
        });
        services.AddSingleton<SqliteShardService>();
        services.AddHostedService<ShardVolume>();
        services.AddHostedService<ShardBackups>();
        services.AddGrpc(static grpc => grpc.MaxReceiveMessageSize = null);
        return services;
    }

    /// <summary>Has workers use shards.</summary>
    /// <param name="services">The services.</param>
    /// <param name="urls">The shards' internal listeners, in the order of their numbers.</param>
    /// <param name="http">Sends calls within the cluster.</param>
    public static IServiceCollection AddSqliteShards(this IServiceCollection services, IReadOnlyList<Uri> urls, Func<IServiceProvider, HttpMessageInvoker> http) =>
        services.AddSingleton<ISqliteHost>(provider => new ShardedSqliteHost(urls, http(provider), provider.GetRequiredService<TimeProvider>()));

    /// <summary>Takes workers' calls: on the internal listener only, once it is known that a worker calls.</summary>
    public static IApplicationBuilder UseSqliteShard(this IApplicationBuilder app)
    {
        app.UseRouting();
        return app.UseEndpoints(static endpoints => endpoints.MapGrpcService<SqliteShardService>());
    }
}
