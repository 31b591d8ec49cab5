using System.Collections.Concurrent;
using Platform.Contracts.Invocation;
using Platform.Contracts.Usage;

namespace Platform.Worker.Usage;

/// <summary>
/// Usage since the last report, by app, version, hour and outcome. Adding is a look-up and a few interlocked adds, without a lock or an allocation but for the first of an hour. Thread-safe; taken from by one
/// at a time.
/// </summary>
internal sealed class UsageTable(TimeProvider time, int maxCells = UsageTable.DefaultMaxCells)
{
    /// <summary>Sums at most, some 600 bytes each: what a day without the database makes of a thousand apps. Beyond, what has no sum yet is lost and counted.</summary>
    internal const int DefaultMaxCells = 50_000;

    private readonly ConcurrentDictionary<UsageKey, UsageCell> _cells = new();
    private long _lost;

    /// <summary>Requests that weren't counted since there was no room for their sums.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Counts a request or message that has ended.</summary>
    /// <param name="tenantId">The tenant's number.</param>
    /// <param name="appId">The app's number.</param>
    /// <param name="app">The app's slug.</param>
    /// <param name="version">The version.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="sample">What it used.</param>
    public void Add(long tenantId, long appId, string app, int version, UsageOutcome outcome, in UsageSample sample)
    {
        var key = new UsageKey(appId, version, UsageTime.HourOf(time.GetUtcNow()), outcome);
        if (!_cells.TryGetValue(key, out var cell))
        {
            // Several threads may be at it at once: the bound is exceeded by as many at most.
            if (_cells.Count >= maxCells)
            {
                Interlocked.Increment(ref _lost);
                return;
            }

            cell = _cells.GetOrAdd(key, static (_, owner) => new UsageCell(owner.tenantId, owner.app), (tenantId, app));
        }

        cell.Add(sample);
    }

    /// <summary>Takes what was added since the last time, in at most so many deltas; fewer means all.</summary>
    public List<UsageDelta> Take(int most)
    {
        var deltas = new List<UsageDelta>();
        var hour = UsageTime.HourOf(time.GetUtcNow());
        foreach (var (key, cell) in _cells)
        {
            if (deltas.Count == most)
            {
                break;
            }

            // Whoever looked a cell up adds to it within an hour: one that ended longer ago gets nothing more once it is out.
            if (key.Hour < hour - UsageTime.Hour)
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

    /// <summary>The outcome of a request or message.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="httpStatus">The response's status; 0 for a message.</param>
    public static UsageOutcome OutcomeOf(InvocationStatus status, int httpStatus) => status switch
    {
        InvocationStatus.Guest => httpStatus switch
        {
            0 => UsageOutcome.Ok,
            < 300 => UsageOutcome.Status2xx,
            < 400 => UsageOutcome.Status3xx,
            < 500 => UsageOutcome.Status4xx,
            _ => UsageOutcome.Status5xx,
        },
        InvocationStatus.Capacity => UsageOutcome.Capacity,
        InvocationStatus.TenantConcurrency => UsageOutcome.ConcurrencyLimit,
        InvocationStatus.BodyTooLarge => UsageOutcome.BodyLimit,
        InvocationStatus.Trap or InvocationStatus.Quarantined => UsageOutcome.Trap,
        InvocationStatus.NoResponse => UsageOutcome.NoResponse,
        InvocationStatus.HandlerError => UsageOutcome.HandlerError,
        InvocationStatus.BadResponse => UsageOutcome.BadResponse,
        InvocationStatus.Fuel => UsageOutcome.Fuel,
        InvocationStatus.Wall => UsageOutcome.Wall,
        InvocationStatus.ClientGone => UsageOutcome.ClientGone,
        InvocationStatus.RateLimit => UsageOutcome.RateLimit,
        InvocationStatus.FuelQuota => UsageOutcome.QuotaExceeded,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "is tried again and counted then"),
    };
}
