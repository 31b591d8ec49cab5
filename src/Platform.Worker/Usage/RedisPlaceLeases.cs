using System.Globalization;
using Platform.Redis;
using StackExchange.Redis;

namespace Platform.Worker.Usage;

/// <summary>
/// Leases in the platform's Redis: a hash a tenant, of which a worker's field has its places, what it wants and when it ends, by the clock of Redis. They may be lost: workers renew them ten times a second.
/// </summary>
internal sealed class RedisPlaceLeases(PlatformRedis redis) : IPlaceLeases
{
    /// <summary>How long the lease of a worker that is gone takes places from the others.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);

    // Where more is wanted than there is, each gets its part of it, rounded up, as long as there is any; else what it wants and an equal part of the rest. Nothing is taken from the others: theirs shrinks when they renew it.
    // One that comes new has its part at once, though the others have leased all: by when it renews they have heard of it.
    private const string Renew =
        """
        local worker, active, wanted, most, total, kept = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
        if wanted == 0 then
          redis.call('HDEL', KEYS[1], worker)
          return 0
        end
        local clock = redis.call('TIME')
        local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
        local leases = redis.call('HGETALL', KEYS[1])
        local leased, asked, workers, isNew = 0, wanted, 1, true
        for i = 1, #leases, 2 do
          local places, wants, ends = string.match(leases[i + 1], '^(%d+) (%d+) (%d+)$')
          if tonumber(ends) < now then
            redis.call('HDEL', KEYS[1], leases[i])
          elseif leases[i] == worker then
            isNew = false
          else
            leased = leased + tonumber(places)
            asked = asked + tonumber(wants)
            workers = workers + 1
          end
        end
        local part
        if asked > total then
          part = math.ceil(total * wanted / asked)
        else
          part = wanted + math.floor((total - asked) / workers)
        end
        local places = math.min(part, most)
        if not isNew then
          places = math.max(0, math.min(places, total - leased))
        end
        redis.call('HSET', KEYS[1], worker, string.format('%d %d %d', math.max(places, active), wanted, now + kept))
        redis.call('PEXPIRE', KEYS[1], kept)
        return places
        """;

    // Of this process: one that is started again has none of the requests of the one before.
    private readonly string _worker = Guid.NewGuid().ToString("N");

    public async Task<IReadOnlyList<int>> RenewAsync(IReadOnlyList<PlaceClaim> claims, CancellationToken cancellationToken)
    {
        try
        {
            return await RenewAsync(claims).WaitAsync(RedisRateCounters.Patience, cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new IOException(e.Message, e);
        }
    }

    private async Task<int[]> RenewAsync(IReadOnlyList<PlaceClaim> claims)
    {
        var database = (await redis.ConnectAsync()).GetDatabase();
        return await Task.WhenAll(claims.Select(async claim =>
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"platform:places:{claim.TenantId}");
            return (int)await database.ScriptEvaluateAsync(Renew, [key], [_worker, claim.Active, claim.Wanted, claim.Most, claim.Total, (long)Kept.TotalMilliseconds]);
        }));
    }
}
