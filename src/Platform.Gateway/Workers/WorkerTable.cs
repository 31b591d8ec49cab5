using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Nodes;

namespace Platform.Gateway.Workers;

/// <summary>The workers that this gateway calls: follows the list, and probes those that nothing has come from of late.</summary>
internal sealed partial class WorkerTable(IWorkerList list, WorkerConnections connections, TimeProvider time, ILogger<WorkerTable> logger) : BackgroundService
{
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);

    /// <summary>The ring now.</summary>
    public WorkerRing Ring { get; private set; } = WorkerRing.Empty;

    /// <summary>Notes that a worker can't be connected to.</summary>
    public void Unreachable(WorkerState worker)
    {
        if (!worker.IsOut)
        {
            worker.Unreachable();
            LogOut(worker.Info.Id, worker.Prefix, "can't be connected to");
        }
    }

    /// <summary>Notes that a worker was lost with a request.</summary>
    public void Failed(WorkerState worker)
    {
        if (worker.Failed())
        {
            LogOut(worker.Info.Id, worker.Prefix, "fails");
        }
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Follow();
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowAsync(stoppingToken), ProbeAsync(stoppingToken));

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var seen = list.Current;
            Follow();
            Task changed = list.WaitForOtherAsync(seen, stoppingToken);
            await changed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What was seen of a worker stays with it as long as it says the same of itself, which where it is and whether it drains is all that matters of.
    private void Follow()
    {
        var known = Ring.Workers.ToDictionary(static worker => worker.Info);
        Ring = new WorkerRing([.. list.Current.Select(info => known.GetValueOrDefault(info) ?? new WorkerState(info))]);
    }

    private async Task ProbeAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ProbeEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Task.WhenAll(Ring.Workers.Select(worker => ProbeAsync(worker, stoppingToken)));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task ProbeAsync(WorkerState worker, CancellationToken stoppingToken)
    {
        if (worker.IsDraining || (worker.HasAnswered && !worker.IsOut))
        {
            worker.ForgetAnswer();
            return;
        }

        var (was, answers) = (worker.IsOut, await connections.AnswersAsync(worker.Info, stoppingToken));
        worker.Probed(answers);
        if (was && answers)
        {
            LogBack(worker.Info.Id, worker.Prefix);
        }
        else if (!was && !answers)
        {
            LogOut(worker.Info.Id, worker.Prefix, "doesn't answer");
        }
    }

    [LoggerMessage(3451, LogLevel.Warning, "Worker {Id} at {Url} {Reason}; requests go to others")]
    private partial void LogOut(string id, string url, string reason);

    [LoggerMessage(3452, LogLevel.Information, "Worker {Id} at {Url} answers again")]
    private partial void LogBack(string id, string url);
}
