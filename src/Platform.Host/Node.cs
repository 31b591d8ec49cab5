using Microsoft.Extensions.Hosting.Systemd;
using Platform.Cluster;
using Platform.Contracts.Nodes;
using Platform.Contracts.Snapshots;
using Platform.Control;
using Platform.Control.Tokens;
using Platform.Dashboard;
using Platform.Gateway;
using Platform.Host.Cluster;
using Platform.Host.Demo;
using Platform.Host.Health;
using Platform.Host.Pages;
using Platform.Host.Redis;
using Platform.Host.Settings;
using Platform.Host.Startup;
using Platform.Host.Telemetry;
using Platform.Host.Tls;
using Platform.Redis;
using Platform.Worker;
using Platform.Worker.Capabilities.Sqlite.Shards;

namespace Platform.Host;

/// <summary>One process of the platform, from its settings to its end.</summary>
internal static class Node
{
    /// <summary>Starts, serves until told to stop, and drains.</summary>
    public static async Task RunAsync(HostSettings settings)
    {
        // Empty: no files of settings that would depend on where the program was started; everything comes from the command line, the environment and the directory it names.
        // Pages' scripts and styles are beside the program (wwwroot) once it is published; before, a file there says where the build has them.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Platform.Host", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        builder.Configuration.AddSettings();

        // Files as they were built: looking for newer ones takes every path that nobody else has, and answers other methods than GET there with 405.
        builder.Configuration["ReloadStaticAssetsAtRuntime"] = "false";
        var platform = PlatformSettings.Read(builder.Configuration);
        var redis = RedisSetting.Find(builder.Configuration);
        var cluster = ClusterSettings.Read(settings, platform, builder.Configuration, Path.GetFullPath(settings.DataDirectory));
        using var data = DataDirectory.Open(settings.DataDirectory);
        await using var garnet = cluster is null && redis is null ? EmbeddedGarnet.Start(data) : null;
        var connection = garnet?.ConnectionString ?? redis;
        var token = settings.Is(Roles.Control) ? OperatorToken.Load(data, platform.OperatorTokenFile, TimeProvider.System) : null;

        var started = false;
        builder.AddPlatformLogging(() => started);
        builder.AddPlatformTelemetry(platform, settings.Is(Roles.Gateway));
        builder.Services.AddSingleton(data);
        builder.Services.AddHostedService<HostMetrics>();
        builder.AddListening(settings, cluster?.Tls, platform.MetricsListeners());
        builder.AddTls(settings, platform.Tls);
        builder.Services.AddTrustedProxies(platform.TrustedProxies);
        builder.Services.AddRouting();
        builder.Services.AddHealth(settings.Roles);
        builder.Services.AddSingleton(new PlatformRedis(connection, "platform"));
        var keyValue = RedisSetting.FindKeyValue(builder.Configuration) ?? connection;
        AddRoles(builder, settings, platform, data, cluster, keyValue, garnet is not null);
        if (token is not null)
        {
            builder.Services.AddSingleton<IOperatorToken>(token);
        }

        await using var app = builder.Build();
        token?.LogTo(app.Services.GetRequiredService<ILogger<OperatorToken>>());
        Use(app, settings, platform, cluster);
        if (!await app.StartListeningAsync(settings))
        {
            return;
        }

        if (cluster is not null)
        {
            app.Announce(settings, platform, cluster);
        }

        MasterKeys.Settle(data);
        if (settings.WantsDemo && app.Services.GetService<ControlState>() is { IsNewStore: true } && cluster is null)
        {
            await DemoApp.DeployAsync(app.LocalUrl(), token!, app.Lifetime.ApplicationStopping);
        }

        started = true;
        var systemd = new SystemdNotifier();
        app.Lifetime.ApplicationStopping.Register(() => systemd.Notify(ServiceState.Stopping));
        systemd.Notify(ServiceState.Ready);
        if (cluster is not null)
        {
            Banner.Write(Console.Out, data.Path, app.Urls.Take(settings.Urls.Count), cluster);
        }
        else
        {
            var demo = app.Services.GetRequiredService<ISnapshotSource>().Current.Apps.ContainsKey(new AppKey(DemoApp.Tenant, DemoApp.App));
            Banner.Write(Console.Out, data.Path, app.Urls.Take(settings.Urls.Count), platform.NextCommands(app, token!.File), demo);
        }

        await app.WaitForShutdownAsync();
    }

    private static void AddRoles(
        WebApplicationBuilder builder, HostSettings settings, PlatformSettings platform, DataDirectory data, ClusterOptions? cluster, string? keyValue, bool isOwnRedis)
    {
        void ForWorker(WorkerOptions worker)
        {
            platform.ForWorker(worker, data, keyValue, isOwnRedis, builder.Configuration);
            worker.ArtifactKey = cluster?.Key.ArtifactKey;
            worker.SharesTenants = cluster is not null;
        }

        if (settings.Is(Roles.Control))
        {
            builder.Services.AddControl(platform.ForControl(data, MasterKeys.Load(data, platform), cluster?.SqliteUrls.Count, builder.Configuration));
            builder.Services.AddSafeHttpFetcher(ForWorker);
            builder.Services.AddDashboard(platform.ForDashboard());
        }

        if (settings.Is(Roles.Worker))
        {
            builder.Services.AddWorker(ForWorker);
        }

        if (settings.Is(Roles.Sqlite))
        {
            builder.Services.AddSqliteShard(new SqliteShardOptions(platform.SqliteShard, platform.SqliteBackupInterval, data.Path), ForWorker);
        }

        if (settings.Is(Roles.Gateway))
        {
            builder.Services.AddGateway(platform.ForGateway());
        }

        if (cluster is not null)
        {
            builder.Services.AddClusterNode(cluster);
        }
        else
        {
            builder.Services.AddOnlyWorker();
            builder.Services.AddSingleton<IAppInvoker, WorkerInvoker>();
            builder.Services.AddSingleton<IOwnWorker, OwnWorker>();
        }
    }

    // Order: internal listeners, which see nothing else; what a proxy says of the client; apps' requests, which see nothing of what follows; what local scrapers ask for; routing and the API of the base domain.
    private static void Use(WebApplication app, HostSettings settings, PlatformSettings platform, ClusterOptions? cluster)
    {
        app.UseMetricsListeners();
        if (cluster is not null)
        {
            app.UseClusterNode(cluster);
        }

        app.UseTrustedProxies(platform.TrustedProxies);
        if (settings.Is(Roles.Gateway))
        {
            app.UseGateway();
        }

        app.UseLocalMetrics();
        if (settings.Is(Roles.Control))
        {
            app.UseDashboardApi();
        }

        app.UseRouting();
        if (settings.Is(Roles.Control))
        {
            app.UseControl();
            app.UseDashboard();
        }

        app.MapHealth();
        if (settings.Is(Roles.Control))
        {
            app.MapMetrics();
            app.MapControl();
            app.MapApiReference();
            app.MapOneTimePages(hasAuthority: platform.Oidc.ToOptions() is not null);
            app.MapDashboard();
        }
        else if (settings.Is(Roles.Gateway))
        {
            app.UseEndpoints(static _ => { });
            app.RunControlForwarding();
        }
    }
}
