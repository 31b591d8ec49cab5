namespace Platform.Contracts.Logs;

/// <summary>
/// Room for what apps leave behind while it waits. What an app, its tenant and everybody have in it, added up, is never more than its size: an app alone may fill a third, a tenant's apps together come near half, and however many fill
/// it, somebody who has nothing in it yet finds some. Thread-safe.
/// </summary>
/// <typeparam name="TKey">What tenants, and a tenant's apps, are known by.</typeparam>
/// <param name="size">How much, in whatever is counted.</param>
public sealed class WaitingRoom<TKey>(long size)
    where TKey : notnull
{
    private readonly Lock _lock = new();

    // Under the lock: who has nothing isn't in them.
    private readonly Dictionary<TKey, long> _tenants = [];
    private readonly Dictionary<(TKey, TKey), long> _apps = [];
    private long _all;

    /// <summary>Takes room for something of an app; false when there is none for it.</summary>
    public bool TryTake(TKey tenant, TKey app, long amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        lock (_lock)
        {
            var ofTenant = _tenants.GetValueOrDefault(tenant) + amount;
            var ofApp = _apps.GetValueOrDefault((tenant, app)) + amount;
            if (_all + amount + ofTenant + ofApp > size)
            {
                return false;
            }

            _all += amount;
            _tenants[tenant] = ofTenant;
            _apps[(tenant, app)] = ofApp;
            return true;
        }
    }

    /// <summary>Gives back what was taken.</summary>
    public void Free(TKey tenant, TKey app, long amount)
    {
        lock (_lock)
        {
            _all -= amount;
            Take(_tenants, tenant, amount);
            Take(_apps, (tenant, app), amount);
        }
    }

    private static void Take<T>(Dictionary<T, long> from, T key, long amount)
        where T : notnull
    {
        var left = from[key] - amount;
        if (left == 0)
        {
            from.Remove(key);
        }
        else
        {
            from[key] = left;
        }
    }
}
