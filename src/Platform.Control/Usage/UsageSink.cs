using Platform.Contracts.Usage;
using Platform.Control.Series;
using Platform.Control.Snapshots;

namespace Platform.Control.Usage;

/// <summary>Takes workers' reports, and tells them what their tenants have used of the month.</summary>
internal sealed class UsageSink(UsageStore store, SeriesStore series, SnapshotStore snapshots, TimeProvider time) : IUsageSink
{
    public async Task<UsageAnswer> ReportAsync(UsageBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Deltas.Count > 0)
        {
            await store.ApplyAsync(batch, cancellationToken);
        }

        if (batch.Series is { Count: > 0 } minutes)
        {
            await series.ApplyAsync(batch.Node, batch.Start, batch.Sequence, minutes, cancellationToken);
        }

        var month = UsageTime.MonthOf(time.GetUtcNow());
        var limited = snapshots.Current.Tenants.Values.Where(static tenant => tenant.Quota.FuelPerMonth is not null).Select(static tenant => tenant.Id).ToHashSet();
        var used = limited.Count == 0 ? [] : await store.FuelOfAllAsync(month, cancellationToken);
        return new UsageAnswer(month, limited.ToDictionary(static tenant => tenant, tenant => used.GetValueOrDefault(tenant)));
    }
}
