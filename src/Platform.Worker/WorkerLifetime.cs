using Microsoft.Extensions.Hosting;

namespace Platform.Worker;

/// <summary>Makes the worker at start, so that a wrong setting or an unsupported machine ends the start, begins its triggers once the server listens, and drains it at the stop.</summary>
internal sealed class WorkerLifetime(WorkerNode node) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        node.Start();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => node.StopAsync();

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
