using System.Collections.Concurrent;
using Platform.Contracts.Series;
using Platform.Contracts.Usage;

namespace Platform.Worker.Usage;

/// <summary>
/// Counts by app, version and minute since the last report. Adding is a look-up and a few interlocked adds, without a lock or an allocation but for the first of a minute. Thread-safe; taken from by one at a time.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="maxCells">Minutes at most, some 900 bytes each on two processors. Beyond, what has none yet isn't counted, but in <see cref="Lost"/>.</param>
internal sealed class SeriesTable(TimeProvider time, int maxCells = SeriesTable.DefaultMaxCells)
{
    /// <summary>What an hour without a control plane makes of 300 apps, or a report's interval of 20,000.</summary>
    internal const int DefaultMaxCells = 20_000;

    private readonly ConcurrentDictionary<SeriesKey, SeriesCell> _cells = new();
    private long _lost;

    /// <summary>Requests that weren't counted since there was no room.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>The minute for a request or message that has ended; null when there's no room for it.</summary>
    public SeriesCell? CellOf(long tenantId, long appId, int version)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var key = new SeriesKey(appId, version, now - (now % UsageTime.Minute));
        if (_cells.TryGetValue(key, out var cell))
        {
            return cell;
        }

        // Several threads may be at it at once: the bound is exceeded by as many at most.
        if (_cells.Count >= maxCells)
        {
            Interlocked.Increment(ref _lost);
            return null;
        }

        return _cells.GetOrAdd(key, static (_, tenant) => new SeriesCell(tenant), tenantId);
    }

    /// <summary>Takes what was added since the last time, in at most so many deltas; fewer means all.</summary>
    public List<SeriesDelta> Take(int most)
    {
        var deltas = new List<SeriesDelta>();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (key, cell) in _cells)
        {
            if (deltas.Count == most)
            {
                break;
            }

            // Whoever looked a cell up adds to it at once, and certainly within a minute: one that ended longer ago gets nothing more once it is out.
            if (key.Minute < now - (2 * UsageTime.Minute))
            {
                _cells.TryRemove(key, out _);
            }

            if (cell.Take(key) is { } delta)
            {
                deltas.Add(delta);
            }
        }

        return deltas;
    }
}
