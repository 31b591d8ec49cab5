using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Nodes;
using Platform.Data;

namespace Platform.Control.Workers;

/// <summary>
/// The workers of the cluster, in the store, so that every control plane knows them whichever they talk to. While the store is away the last list stays: that it can't be read says nothing of the workers.
/// </summary>
internal sealed partial class WorkerRegistry(Database database, TimeProvider time, ILogger<WorkerRegistry> logger) : BackgroundService, IWorkerRegistry
{
    // Kept for the operator's eyes after its end, in case it didn't say goodbye.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly CurrentWorkers _current = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _failedAt;

    public ImmutableArray<WorkerInfo> Current => _current.Current;

    public Task WaitForOtherAsync(ImmutableArray<WorkerInfo> seen, CancellationToken cancellationToken) => _current.WaitForOtherAsync(seen, cancellationToken);

    public async Task SeenAsync(WorkerInfo worker, int running, CancellationToken cancellationToken)
    {
        var isNew = !Current.Contains(worker);
        await database.ExecuteAsync(
            """
            INSERT INTO workers (id, url, zone, version, capacity, running, draining, seen_at)
            VALUES (@Id, @url, @Zone, @Version, @capacity, @running, @draining, @now)
            ON CONFLICT (id) DO UPDATE SET
                url = excluded.url, zone = excluded.zone, version = excluded.version, capacity = excluded.capacity, running = excluded.running, draining = excluded.draining, seen_at = excluded.seen_at
            """,
            new
            {
                worker.Id,
                url = worker.Url.ToString(),
                worker.Zone,
                worker.Version,
                capacity = (long)worker.Capacity,
                running = (long)running,
                draining = worker.IsDraining ? 1L : 0L,
                now = Now(),
            },
            cancellationToken);
        if (isNew)
        {
            // Those that didn't say goodbye go with the next who comes.
            await database.ExecuteAsync("DELETE FROM workers WHERE seen_at < @before", new { before = Now() - (long)Kept.TotalMilliseconds }, cancellationToken);
            await ReadAsync(cancellationToken);
        }
    }

    public async Task GoneAsync(string id, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync("DELETE FROM workers WHERE id = @id", new { id }, cancellationToken);
        await ReadAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(IWorkerRegistry.Interval, time);
        try
        {
            do
            {
                await TryReadAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TryReadAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ReadAsync(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailed(e.Message);
        }
    }

    // One at a time: an older list mustn't take the place of a newer one.
    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var rows = await database.QueryAsync<Row>(
                "SELECT id AS Id, url AS Url, zone AS Zone, version AS Version, capacity AS Capacity, draining AS Draining FROM workers WHERE seen_at > @since",
                new { since = Now() - (long)IWorkerRegistry.Patience.TotalMilliseconds },
                cancellationToken);
            var seen = rows.ConvertAll(static row => new WorkerInfo(row.Id, new Uri(row.Url), row.Zone, row.Version, (int)row.Capacity, row.Draining == 1));
            _current.Set(IsStoreJustBack() ? [.. seen, .. Current.ExceptBy(seen.Select(static worker => worker.Id), static worker => worker.Id)] : seen);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            Volatile.Write(ref _failedAt, Now());
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    // What couldn't be written while the store was away says nothing of the workers: they have as long as any to say that they are there.
    private bool IsStoreJustBack() => Now() - Volatile.Read(ref _failedAt) < (long)IWorkerRegistry.Patience.TotalMilliseconds;

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(3050, LogLevel.Warning, "The workers can't be read from the store ({Reason}); those that were known stay")]
    private partial void LogFailed(string reason);

    private sealed class Row
    {
        public required string Id { get; init; }

        public required string Url { get; init; }

        public string? Zone { get; init; }

        public required string Version { get; init; }

        public long Capacity { get; init; }

        public long Draining { get; init; }
    }
}
