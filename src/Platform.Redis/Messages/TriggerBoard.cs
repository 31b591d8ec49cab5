using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;

namespace Platform.Redis.Messages;

/// <summary>
/// Who of all workers is subscribed for an app, and what became of its messages. On the platform's Redis, where workers write and control planes read; that it is
/// all lost is harmless.
/// </summary>
public sealed class TriggerBoard(PlatformRedis server)
{
    private const string Handled = "handled";
    private const string Failed = "failed";
    private const string Dropped = "dropped";

    /// <summary>Makes a worker the one that is subscribed for an app, or keeps it so.</summary>
    /// <param name="app">The store's number of the app.</param>
    /// <param name="worker">The worker's id.</param>
    /// <param name="time">For how long, unless it asks again.</param>
    /// <returns>Whether it is now; else another one is.</returns>
    /// <exception cref="RedisException">The server can't be reached.</exception>
    public async Task<bool> TryLeaseAsync(long app, string worker, TimeSpan time)
    {
        var database = await DatabaseAsync();
        return await database.LockTakeAsync(LeaseKey(app), worker, time) || await database.LockExtendAsync(LeaseKey(app), worker, time);
    }

    /// <summary>Ends a worker's lease, so that another one needn't wait.</summary>
    /// <exception cref="RedisException">The server can't be reached.</exception>
    public async Task ReleaseAsync(long app, string worker)
    {
        var database = await DatabaseAsync();
        await database.LockReleaseAsync(LeaseKey(app), worker);
    }

    /// <summary>Says how an app's triggers stand.</summary>
    /// <param name="app">The store's number of the app.</param>
    /// <param name="states">Of each trigger by its <see cref="TriggerKey"/>.</param>
    /// <param name="time">How long that is believed.</param>
    /// <exception cref="RedisException">The server can't be reached.</exception>
    public async Task SetStatesAsync(long app, IReadOnlyDictionary<string, TriggerState> states, TimeSpan time)
    {
        var database = await DatabaseAsync();
        await database.StringSetAsync(StatesKey(app), JsonSerializer.SerializeToUtf8Bytes(states, JsonSerializerOptions.Web), time);
    }

    /// <summary>Adds to a trigger's counts.</summary>
    /// <exception cref="RedisException">The server can't be reached.</exception>
    public async Task AddAsync(long app, string trigger, TriggerCounts counts)
    {
        var database = await DatabaseAsync();
        foreach (var (name, count) in ((string, long)[])[(Handled, counts.Handled), (Failed, counts.Failed), (Dropped, counts.Dropped)])
        {
            if (count > 0)
            {
                await database.HashIncrementAsync(CountsKey(app), $"{trigger}:{name}", count);
            }
        }
    }

    /// <summary>Reads how an app's triggers stand: each by its <see cref="TriggerKey"/>; empty while no worker is subscribed.</summary>
    /// <exception cref="RedisException">The server can't be reached.</exception>
    public async Task<IReadOnlyDictionary<string, TriggerState>> GetStatesAsync(long app)
    {
        var database = await DatabaseAsync();
        var json = (byte[]?)await database.StringGetAsync(StatesKey(app));
        return (json is null ? null : JsonSerializer.Deserialize<Dictionary<string, TriggerState>>(json, JsonSerializerOptions.Web)) ?? [];
    }

    /// <summary>Reads what became of an app's messages, by <see cref="TriggerKey"/>.</summary>
    /// <exception cref="RedisException">The server can't be reached.</exception>
    public async Task<IReadOnlyDictionary<string, TriggerCounts>> GetCountsAsync(long app)
    {
        var database = await DatabaseAsync();
        var counts = new Dictionary<string, TriggerCounts>(StringComparer.Ordinal);
        foreach (var entry in await database.HashGetAllAsync(CountsKey(app)))
        {
            var (trigger, name) = ((string)entry.Name!).Split(':') is [var first, var second] ? (first, second) : ("", "");
            var count = (long)entry.Value;
            counts[trigger] = counts.GetValueOrDefault(trigger) + new TriggerCounts(
                name == Handled ? count : 0, name == Failed ? count : 0, name == Dropped ? count : 0);
        }

        return counts;
    }

    /// <summary>Forgets an app that is deleted.</summary>
    /// <exception cref="RedisException">The server can't be reached.</exception>
    public async Task ForgetAsync(long app)
    {
        var database = await DatabaseAsync();
        await database.KeyDeleteAsync([StatesKey(app), CountsKey(app)]);
    }

    // The braces put all keys of an app into one slot of a cluster.
    private static string LeaseKey(long app) => Key(app, "lease");

    private static string StatesKey(long app) => Key(app, "states");

    private static string CountsKey(long app) => Key(app, "counts");

    private static string Key(long app, string what) => string.Create(CultureInfo.InvariantCulture, $"platform:triggers:{{{app}}}:{what}");

    private async Task<IDatabase> DatabaseAsync() => (await server.ConnectAsync()).GetDatabase();
}
