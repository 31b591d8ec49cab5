using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Cluster.Http;
using Platform.Contracts.Nodes;

namespace Platform.Cluster.Workers;

/// <summary>
/// A control plane's list of workers, followed by long polls and kept on disk. One that isn't on it any more is left out only once it doesn't answer either: a control plane that has lost its store, or is
/// just back, knows fewer than there are.
/// </summary>
internal sealed partial class RemoteWorkers(
    ClusterOptions options, ControlClient control, WorkerProbe probe, TimeProvider time, ILogger<RemoteWorkers> logger) : BackgroundService, IWorkerList
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly CurrentWorkers _current = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ImmutableArray<WorkerInfo> _listed = [];

    public ImmutableArray<WorkerInfo> Current => _current.Current;

    public Task WaitForOtherAsync(ImmutableArray<WorkerInfo> seen, CancellationToken cancellationToken) => _current.WaitForOtherAsync(seen, cancellationToken);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _current.Set(await WorkersFile.ReadAsync(options.DataDirectory, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(e.Message);
        }

        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(FollowAsync(stoppingToken), LookAsync(stoppingToken));

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var response = await control.SendAsync(
                    HttpMethod.Get, $"{WorkerEndpoints.ListPath}?seen={WorkerEndpoints.TagOf(_listed)}", content: null, WorkerEndpoints.Patience * 2, stoppingToken);
                response.EnsureSuccessStatusCode();
                if (response.StatusCode != HttpStatusCode.NoContent)
                {
                    _listed = [.. (await response.Content.ReadFromJsonAsync(ClusterJson.Default.WorkerInfoArray, stoppingToken))!];
                    await MergeAsync(stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogUnknown(e.Message);
                await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Those that are off the list are looked after here.
    private async Task LookAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested && Current.Any(worker => _listed.All(listed => listed.Id != worker.Id)))
            {
                await MergeAsync(stoppingToken);
            }
        }
    }

    private async Task MergeAsync(CancellationToken stoppingToken)
    {
        await _turn.WaitAsync(stoppingToken);
        try
        {
            var listed = _listed;
            var urls = listed.Select(static worker => worker.Url).ToHashSet();
            var unlisted = Current.Where(worker => !urls.Contains(worker.Url)).ToList();
            var alive = await Task.WhenAll(unlisted.Select(worker => probe.AnswersAsync(worker, stoppingToken)));
            if (_current.Set([.. listed, .. unlisted.Where((_, i) => alive[i])]))
            {
                await WorkersFile.WriteAsync(options.DataDirectory, Current, stoppingToken);
            }
        }
        catch (IOException e)
        {
            LogUnknown(e.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    [LoggerMessage(3625, LogLevel.Warning, "The list of workers on disk can't be read ({Reason}); the control planes' is waited for")]
    private partial void LogUnreadable(string reason);

    [LoggerMessage(3621, LogLevel.Debug, "The list of workers can't be had or kept: {Reason}")]
    private partial void LogUnknown(string reason);
}
