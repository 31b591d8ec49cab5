using System.Diagnostics.Metrics;
using Platform.Host.Startup;

namespace Platform.Host.Telemetry;

/// <summary>The instruments of the process itself, whatever its roles: those that the runtime doesn't have.</summary>
internal sealed class HostMetrics : IHostedService
{
    private readonly DriveInfo _drive;

    public HostMetrics(IMeterFactory meters, DataDirectory data)
    {
        _drive = new DriveInfo(data.Path);
        var meter = meters.Create("Platform.Host");
        meter.CreateObservableUpDownCounter("platform.host.disk.free", () => _drive.AvailableFreeSpace, "By", "What is free for the data directory");
        meter.CreateObservableUpDownCounter("platform.host.disk.size", () => _drive.TotalSize, "By", "The file system of the data directory");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
