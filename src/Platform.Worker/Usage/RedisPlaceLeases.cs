using System.Globalization;
using Platform.Redis;

namespace Platform.Worker.Usage;

/// <summary>
/// Leases in the platform's Redis: a hash a tenant, of which a worker's field has its places, what it wants and when it ends, by the clock of Redis. They may be lost: workers renew them ten times a second.
/// </summary>
/// <param name="redis">The platform's Redis.</param>
/// <param name="kept">How long a lease lasts that isn't renewed; <see cref="Kept"/> unless told.</param>
internal sealed class RedisPlaceLeases(PlatformRedis redis, TimeSpan? kept = null) : IPlaceLeases
{
    /// <summary>How long the lease of a worker that is gone takes places from the others.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);

    // Where no more is wanted than there is, each gets what it wants and an equal part of the rest; else one each, and its part of the others by what more it wants, rounded down, of which the remainder goes to the first by name: so all
    // parts are the total, in whatever order they are asked for. A part grows only into what nobody holds, and counts as held until its worker has heard that it is less. One that comes new has its part at once, though the others
    // hold all: by when it renews they have heard of it. A lease that ends later than one can is of a clock that was set back.
    private const string Renew =
        """
        local worker, held, wanted, most, total, kept = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
        if wanted == 0 then
          redis.call('HDEL', KEYS[1], worker)
          return 0
        end
        local clock = redis.call('TIME')
        local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
        local leases = redis.call('HGETALL', KEYS[1])
        local leased, asked, workers, isNew = 0, wanted, 1, true
        local others = {}
        for i = 1, #leases, 2 do
          local places, wants, ends = string.match(leases[i + 1], '^(%d+) (%d+) (%d+)$')
          ends = tonumber(ends)
          if ends < now or ends > now + 2 * kept then
            redis.call('HDEL', KEYS[1], leases[i])
          elseif leases[i] == worker then
            isNew = false
          else
            leased = leased + tonumber(places)
            asked = asked + tonumber(wants)
            workers = workers + 1
            others[#others + 1] = { leases[i], tonumber(wants) }
          end
        end
        local part
        if asked <= total then
          part = wanted + math.floor((total - asked) / workers)
        elseif total < workers then
          local before = 0
          for _, other in ipairs(others) do
            if other[1] < worker then before = before + 1 end
          end
          part = before < total and 1 or 0
        else
          local function partOf(wants) return 1 + math.floor((total - workers) * (wants - 1) / (asked - workers)) end
          part = partOf(wanted)
          local rest, before = total - part, 0
          for _, other in ipairs(others) do
            rest = rest - partOf(other[2])
            if other[2] > 1 and other[1] < worker then before = before + 1 end
          end
          if wanted > 1 and before < rest then part = part + 1 end
        end
        local places = math.min(part, most)
        if not isNew then
          places = math.max(0, math.min(places, total - leased))
        end
        redis.call('HSET', KEYS[1], worker, string.format('%d %d %d', math.max(places, held), wanted, now + kept))
        redis.call('PEXPIRE', KEYS[1], kept)
        return places
        """;

    // Of this process: one that is started again has none of the requests of the one before.
    private readonly string _worker = Guid.NewGuid().ToString("N");

    private readonly RedisExchange _exchange = new();

    public Task<IReadOnlyList<int>> RenewAsync(IReadOnlyList<PlaceClaim> claims, CancellationToken cancellationToken) =>
        _exchange.AskAsync(() => RenewAsync(claims), cancellationToken);

    private async Task<IReadOnlyList<int>> RenewAsync(IReadOnlyList<PlaceClaim> claims)
    {
        var database = (await redis.ConnectAsync()).GetDatabase();
        return await Task.WhenAll(claims.Select(async claim =>
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"platform:places:{claim.TenantId}");
            return (int)await database.ScriptEvaluateAsync(Renew, [key], [_worker, claim.Held, claim.Wanted, claim.Most, claim.Total, (long)(kept ?? Kept).TotalMilliseconds]);
        }));
    }
}
