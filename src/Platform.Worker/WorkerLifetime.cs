using Microsoft.Extensions.Hosting;

namespace Platform.Worker;

/// <summary>Makes the worker at start, so that a wrong setting or an unsupported machine ends the start, and drains it at the stop.</summary>
internal sealed class WorkerLifetime(WorkerNode node) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => node.StopAsync();
}
