using System.Net.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Cluster.Http;
using Platform.Contracts.Nodes;

namespace Platform.Cluster.Workers;

/// <summary>Says to the control planes that this worker is there, from when it listens until it ends.</summary>
internal sealed partial class WorkerBeats(
    ControlClient control, IWorkerLoad load, WorkerAddress address, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<WorkerBeats> logger)
    : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private bool _isUnheard;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (address.Info is { } info)
        {
            await TrySendAsync(new WorkerBeat(info with { IsDraining = true }, load.Running, IsGone: true), cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Ends with the process's last requests, not with the word to stop: until then others are to know that it takes no more.
        var draining = lifetime.ApplicationStopping;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (address.Info is { } info)
            {
                await TrySendAsync(new WorkerBeat(info with { IsDraining = draining.IsCancellationRequested }, load.Running, IsGone: false), stoppingToken);
            }

            using var wait = draining.IsCancellationRequested ? null : CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, draining);
            await Task.Delay(address.Info is null ? TimeSpan.FromMilliseconds(50) : IWorkerRegistry.Interval, time, wait?.Token ?? stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TrySendAsync(WorkerBeat beat, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await control.SendAsync(
                HttpMethod.Post, WorkerEndpoints.BeatPath, () => JsonContent.Create(beat, ClusterJson.Default.WorkerBeat), Timeout, cancellationToken);
            response.EnsureSuccessStatusCode();
            _isUnheard = false;
        }
        catch (Exception e) when (e is HttpRequestException or ControlUnavailableException or OperationCanceledException)
        {
            if (!_isUnheard && !cancellationToken.IsCancellationRequested)
            {
                _isUnheard = true;
                LogUnheard(e.Message);
            }
        }
    }

    [LoggerMessage(3622, LogLevel.Warning, "This worker can't say that it is there ({Reason}); gateways that know it go on calling it")]
    private partial void LogUnheard(string reason);
}
