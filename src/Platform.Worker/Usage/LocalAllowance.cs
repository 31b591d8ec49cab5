using System.Collections.Concurrent;
using System.Collections.Frozen;
using Platform.Contracts.Invocation;
using Platform.Contracts.Snapshots;
using Platform.Contracts.Usage;
using Platform.Worker.Admission;

namespace Platform.Worker.Usage;

/// <summary>
/// The allowance of a worker, which has tenants' rates and places for itself or shares them (<see cref="SharedRates"/>, <see cref="SharedPlaces"/>). A month's fuel is known as of the last report, of all workers, and this worker's own since then: so it is exact for one worker but for what is
/// under way, and for several to what the others used within one flush interval. Thread-safe, lock-free, without allocations.
/// </summary>
internal sealed class LocalAllowance(TimeProvider time, SharedRates? rates = null, SharedPlaces? places = null) : ITenantAllowance
{
    private readonly ConcurrentDictionary<long, FuelCounter> _fuel = new();
    private volatile UsageAnswer _answer = new(0, FrozenDictionary<long, long>.Empty);

    public bool TryEnter(TenantLane lane, TenantSnapshot tenant)
    {
        var (most, total) = (tenant.Quota.Concurrency, tenant.Quota.TotalConcurrency);
        if (total is not null && places is not null)
        {
            return places.TryEnter(lane, tenant.Id, most, total.Value);
        }

        if (lane.Places is not null)
        {
            lane.EndPlaces();
        }

        return lane.TryEnter(Math.Min(most, total ?? most));
    }

    public bool TryTake(TenantLane lane, TenantSnapshot tenant, bool isInner, out InvocationOutcome refusal)
    {
        var quota = tenant.Quota;
        if (quota.FuelPerMonth is { } fuel && FuelOf(tenant) >= fuel)
        {
            refusal = new InvocationOutcome(InvocationStatus.FuelQuota);
            return false;
        }

        if (!isInner && quota.RequestsPerSecond is { } rate)
        {
            rates?.Asking(lane.Rate, tenant.Id);
            if (!lane.Rate.TryTake(time, rate, quota.Burst ?? rate, out var wait))
            {
                refusal = new InvocationOutcome(InvocationStatus.RateLimit, RetryAfterSeconds: (int)Math.Ceiling(wait.TotalSeconds));
                return false;
            }
        }

        refusal = default;
        return true;
    }

    public void Used(TenantSnapshot tenant, long fuel)
    {
        if (tenant.Quota.FuelPerMonth is not null)
        {
            Interlocked.Add(ref _fuel.GetOrAdd(tenant.Id, static _ => new FuelCounter()).Total, fuel);
        }
    }

    public void Taking()
    {
        foreach (var counter in _fuel.Values)
        {
            counter.Taken = Volatile.Read(ref counter.Total);
        }
    }

    public void Reported(UsageAnswer answer)
    {
        _answer = answer;
        foreach (var (tenant, counter) in _fuel)
        {
            // No quota of it any more.
            if (!answer.FuelUsed.ContainsKey(tenant))
            {
                _fuel.TryRemove(tenant, out _);
            }

            Volatile.Write(ref counter.Reported, counter.Taken);
        }
    }

    /// <summary>What the tenant has used of the month, as far as this worker knows.</summary>
    internal long FuelOf(TenantSnapshot tenant)
    {
        var answer = _answer;
        var used = answer.Month == UsageTime.MonthOf(time.GetUtcNow()) ? answer.FuelUsed.GetValueOrDefault(tenant.Id) : 0;
        return _fuel.TryGetValue(tenant.Id, out var counter) ? used + Volatile.Read(ref counter.Total) - Volatile.Read(ref counter.Reported) : used;
    }

    private sealed class FuelCounter
    {
        public long Total;
        public long Taken;
        public long Reported;
    }
}
