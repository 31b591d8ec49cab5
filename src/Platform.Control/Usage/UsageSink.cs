using Microsoft.Extensions.Logging;
using Platform.Contracts.Series;
using Platform.Contracts.Usage;
using Platform.Control.Series;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;

namespace Platform.Control.Usage;

/// <summary>Takes workers' reports, and tells them what their tenants have used of the month.</summary>
internal sealed partial class UsageSink(
    UsageStore store, SeriesStore series, TelemetryDatabase telemetry, SnapshotStore snapshots, ControlMetrics metrics, TimeProvider time, ILogger<UsageSink> logger) : IUsageSink
{
    public async Task<UsageAnswer> ReportAsync(UsageBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Deltas.Count > 0)
        {
            await store.ApplyAsync(batch, cancellationToken);
        }

        if (batch.Series is { Count: > 0 } minutes)
        {
            await AddAsync(batch, minutes, cancellationToken);
        }

        var month = UsageTime.MonthOf(time.GetUtcNow());
        var limited = snapshots.Current.Tenants.Values.Where(static tenant => tenant.Quota.FuelPerMonth is not null).Select(static tenant => tenant.Id).ToHashSet();
        var used = limited.Count == 0 ? [] : await store.FuelOfAllAsync(month, cancellationToken);
        return new UsageAnswer(month, limited.ToDictionary(static tenant => tenant, tenant => used.GetValueOrDefault(tenant)));
    }

    private async Task AddAsync(UsageBatch batch, IReadOnlyList<SeriesDelta> minutes, CancellationToken cancellationToken)
    {
        try
        {
            await series.ApplyAsync(batch.Node, batch.Start, batch.Sequence, minutes, cancellationToken);
        }
        catch (Exception e) when (telemetry.IsApart && !cancellationToken.IsCancellationRequested)
        {
            // The usage is in the store: a report that comes again until its series are taken would hold up all that is used from now on. In PostgreSQL one database has both, and it comes again.
            metrics.SeriesDropped(minutes.Count, "store");
            LogFailed(minutes.Count, e);
        }
    }

    [LoggerMessage(3036, LogLevel.Warning, "{Minutes} minutes of apps' series were lost: adding them failed")]
    private partial void LogFailed(int minutes, Exception exception);
}
