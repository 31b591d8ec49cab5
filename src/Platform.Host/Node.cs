using Microsoft.Extensions.Hosting.Systemd;
using Platform.Contracts.Snapshots;
using Platform.Control;
using Platform.Control.Tokens;
using Platform.Gateway;
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

namespace Platform.Host;

/// <summary>One process of the platform, from its settings to its end.</summary>
internal static class Node
{
    /// <summary>Starts, serves until told to stop, and drains.</summary>
    public static async Task RunAsync(HostSettings settings)
    {
        // Empty: no files of settings that would depend on where the program was started; everything comes from the command line and the environment.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Platform.Host" });
        builder.Configuration.AddEnvironmentVariables();
        RolesApart.Refuse(settings.Roles, builder.Configuration);
        var platform = PlatformSettings.Read(builder.Configuration);
        var redis = RedisSetting.Find(builder.Configuration);
        using var data = DataDirectory.Open(settings.DataDirectory);
        await using var garnet = redis is null ? EmbeddedGarnet.Start(data) : null;
        var connection = garnet?.ConnectionString ?? redis;
        var token = OperatorToken.Load(data, platform.OperatorTokenFile, TimeProvider.System);

        var started = false;
        builder.AddPlatformLogging(() => started);
        builder.AddPlatformTelemetry();
        builder.AddListening(settings);
        builder.AddTls(settings, platform.Tls);
        builder.Services.AddTrustedProxies(platform.TrustedProxies);
        builder.Services.AddRouting();
        builder.Services.AddHealth();
        builder.Services.AddSingleton(new PlatformRedis(connection, "platform"));
        builder.Services.AddSingleton<IOperatorToken>(token);
        builder.Services.AddControl(platform.ForControl(data, MasterKeys.Load(data, platform), builder.Configuration));
        builder.Services.AddWorker(worker => platform.ForWorker(worker, data, connection, garnet is not null, builder.Configuration));
        builder.Services.AddGateway(platform.ForGateway());
        builder.Services.AddSingleton<IAppInvoker, WorkerInvoker>();

        await using var app = builder.Build();
        token.LogTo(app.Services.GetRequiredService<ILogger<OperatorToken>>());

        // Order: what a proxy says of the client; apps' requests, which see nothing of what follows; what local scrapers ask for; routing and the API of the base domain.
        app.UseTrustedProxies(platform.TrustedProxies);
        app.UseGateway();
        app.UseLocalMetrics();
        app.UseRouting();
        app.UseControl();
        app.MapHealth();
        app.MapMetrics();
        app.MapControl();
        app.MapApiReference();
        app.MapOneTimePages();
        app.MapHomePage(() => platform.NextCommands(app, "'<data-dir>/operator-token'"));

        await app.StartListeningAsync(settings);
        MasterKeys.Settle(data);
        if (settings.WantsDemo && app.Services.GetRequiredService<ControlState>().IsNewStore)
        {
            await DemoApp.DeployAsync(app.LocalUrl(), token, app.Lifetime.ApplicationStopping);
        }

        started = true;
        var demo = app.Services.GetRequiredService<ISnapshotSource>().Current.Apps.ContainsKey(new AppKey(DemoApp.Tenant, DemoApp.App));
        var systemd = new SystemdNotifier();
        app.Lifetime.ApplicationStopping.Register(() => systemd.Notify(ServiceState.Stopping));
        systemd.Notify(ServiceState.Ready);
        Banner.Write(Console.Out, data.Path, app.Urls, platform.NextCommands(app, token.File), demo);
        await app.WaitForShutdownAsync();
    }
}
