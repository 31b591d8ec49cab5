using System.Globalization;
using Platform.Redis;
using StackExchange.Redis;

namespace Platform.Worker.Usage;

/// <summary>Sums in the platform's Redis, which may be lost: one that begins anew is only taken for a new beginning.</summary>
internal sealed class RedisRateCounters(PlatformRedis redis) : IRateCounters
{
    // Of a tenant that nobody calls nothing is kept.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly RedisExchange _exchange = new();

    public Task<IReadOnlyList<long>> AddAsync(IReadOnlyList<(long TenantId, long Asked)> asked, CancellationToken cancellationToken) =>
        _exchange.AskAsync(() => AddAsync(asked), cancellationToken);

    private async Task<IReadOnlyList<long>> AddAsync(IReadOnlyList<(long TenantId, long Asked)> asked)
    {
        var database = (await redis.ConnectAsync()).GetDatabase();
        return await Task.WhenAll(asked.Select(one =>
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"platform:rate:{one.TenantId}");
            var sum = database.StringIncrementAsync(key, one.Asked);
            database.KeyExpire(key, Kept, CommandFlags.FireAndForget);
            return sum;
        }));
    }
}
