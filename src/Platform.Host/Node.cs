using Platform.Host.Health;
using Platform.Host.Settings;
using Platform.Host.Startup;
using Platform.Host.Telemetry;

namespace Platform.Host;

/// <summary>One process of the platform, from its settings to its end.</summary>
internal static class Node
{
    /// <summary>Starts, serves until told to stop, and drains.</summary>
    public static async Task RunAsync(HostSettings settings)
    {
        // Content root and files of settings would depend on where the program was started; everything comes from the command line and the environment.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Platform.Host" });
        builder.Configuration.AddEnvironmentVariables();
        RolesApart.Refuse(settings.Roles, builder.Configuration);
        using var data = DataDirectory.Open(settings.DataDirectory);

        var started = false;
        builder.AddPlatformLogging(() => started);
        builder.AddPlatformTelemetry();
        builder.AddListening(settings);
        builder.Services.AddRoutingCore();
        builder.Services.AddHealth();

        await using var app = builder.Build();
        app.UseRouting();
        app.MapHealth();
        
        await app.StartListeningAsync(settings);
        started = true;
        Console.WriteLine($"listening on    {app.Urls.First()}");
        await app.WaitForShutdownAsync();
    }
}
