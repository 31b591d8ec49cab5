using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Modules;
using Platform.Contracts.Versions;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;

namespace Platform.Control.Versions;

/// <summary>
/// Compiles the versions that were accepted with <c>?wait=false</c>. The store is the queue: what a stopped or killed process left is found at the next start,
/// and of two processes at the same version only one ends it.
/// </summary>
internal sealed partial class PendingDeploys(
    VersionStore versions,
    Preparation preparation,
    SnapshotStore snapshots,
    TimeProvider time,
    ILogger<PendingDeploys> logger) : BackgroundService
{
    // As many as there are compile processes to wait for on a small machine; each costs hundreds of MiB.
    private const int AtOnce = 2;

    // While something waits for a worker or the database.
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    // For what another process accepted before it died; one's own wake up at once.
    private static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(30);

    // A worker that is starting or busy is waited for this long.
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _wake = new(0);

    /// <summary>Says that there is a new one.</summary>
    public void Wake() => _wake.Release();

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var waits = true;
            try
            {
                waits = await RunAllAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }

            Task wake = _wake.WaitAsync(waits ? RetryInterval : IdleInterval, stoppingToken);
            await wake.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs all there are; true when some are still to do.</summary>
    private async Task<bool> RunAllAsync(CancellationToken stoppingToken)
    {
        var left = 0;
        await Parallel.ForEachAsync(
            await versions.ListCompilingAsync(stoppingToken),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken },
            async (version, token) =>
            {
                if (!await TryRunAsync(version, token))
                {
                    Interlocked.Increment(ref left);
                }
            });
        return left > 0;
    }

    // One that fails must not keep the others from running.
    private async Task<bool> TryRunAsync(PendingVersion version, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(version, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
            return false;
        }
    }

    private async Task<bool> RunAsync(PendingVersion version, CancellationToken cancellationToken)
    {
        using var trace = Steps.BeginTrace("deploy.pending");
        var prepared = await preparation.PrepareAsync(version.Tenant, VersionDocumentJson.Deserialize(version.Document), cancellationToken);
        if (prepared.Status == PrepareStatus.Unavailable
            && time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(version.CreatedAt) < GiveUpAfter)
        {
            return false;
        }

        var failure = prepared.Status == PrepareStatus.Ready ? null : prepared.Reason ?? "No worker could compile it.";
        await versions.FinishAsync(version, failure, cancellationToken);
        await snapshots.RefreshAsync(CancellationToken.None);
        return true;
    }

    [LoggerMessage(3020, LogLevel.Warning, "Compiling accepted versions failed; it is tried again")]
    private partial void LogFailed(Exception exception);
}
