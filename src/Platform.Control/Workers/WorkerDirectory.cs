using Platform.Contracts.Api;
using Platform.Contracts.Nodes;
using Platform.Data;

namespace Platform.Control.Workers;

/// <summary>All workers, with how busy they are: as the store has them, also those that fell silent within the last hour, or the one of this process.</summary>
internal sealed class WorkerDirectory(Database database, TimeProvider time, IEnumerable<IOwnWorker> own)
{
    /// <summary>Lists them by their ids.</summary>
    public async Task<List<WorkerResource>> ListAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (own.FirstOrDefault() is { } here)
        {
            return [new WorkerResource("local", null, null, here.Version, here.Capacity, here.Running, Draining: false, Silent: false, now)];
        }

        // A row a process: all of them are few.
        var rows = await database.QueryAsync<Row>(
            "SELECT id AS Id, url AS Url, zone AS Zone, version AS Version, capacity AS Capacity, running AS Running, draining AS Draining, seen_at AS SeenAt FROM workers", null, cancellationToken);
        return [.. rows.OrderBy(static row => row.Id, StringComparer.Ordinal).Select(row => ToResource(row, now))];
    }

    private static WorkerResource ToResource(Row row, DateTimeOffset now)
    {
        var seen = DateTimeOffset.FromUnixTimeMilliseconds(row.SeenAt);
        return new WorkerResource(row.Id, row.Url, row.Zone, row.Version, (int)row.Capacity, (int)row.Running, row.Draining == 1, now - seen >= IWorkerRegistry.Patience, seen);
    }

    private sealed class Row
    {
        public required string Id { get; init; }

        public required string Url { get; init; }

        public string? Zone { get; init; }

        public required string Version { get; init; }

        public long Capacity { get; init; }

        public long Running { get; init; }

        public long Draining { get; init; }

        public long SeenAt { get; init; }
    }
}
