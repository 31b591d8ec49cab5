using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Platform.Runtime.Sandboxes;
using StackExchange.Redis;

namespace Platform.Worker.Capabilities.KeyValue;

/// <summary>
/// One store of an app on Redis or Garnet: a string for each value, a sorted set of the keys (all of score 0, so that it is ordered by their bytes), and a counter of
/// the app's bytes. What writes is one script each, so that the three agree whatever happens. All keys of an app hash to one slot of a cluster.
/// </summary>
internal sealed partial class KeyValueStore(KeyValueServer server, long app, string label, long appBytes) : IKeyValueStore
{
    /// <summary>Bytes of a key (UTF-8).</summary>
    private const int MaxKeyBytes = 1024;

    /// <summary>Bytes of a value (design section 6; Fermyon's too).</summary>
    private const int MaxValueBytes = 1 << 20;

    /// <summary>Keys of a page.</summary>
    private const int PageKeys = 1000;

    // KEYS: the value, the index, the counter. ARGV: the key, the value, the limit. 64 bytes are about what an entry costs the server besides.
    // Garnet doesn't log a script as one: when it is killed in the middle of one, what is left of it is a beginning. So an index has every key that has a value.
    private const string Put =
        """
        local old = redis.call('STRLEN', KEYS[1])
        local delta = string.len(ARGV[2]) - old
        local new = redis.call('EXISTS', KEYS[1]) == 0
        if new then delta = delta + string.len(ARGV[1]) + 64 end
        if delta > 0 and tonumber(redis.call('GET', KEYS[3]) or '0') + delta > tonumber(ARGV[3]) then return 0 end
        redis.call('INCRBY', KEYS[3], delta)
        if new then redis.call('ZADD', KEYS[2], 0, ARGV[1]) end
        redis.call('SET', KEYS[1], ARGV[2])
        return 1
        """;

    // ARGV besides: whether there was a value, and which.
    private const string Swap =
        """
        local now = redis.call('GET', KEYS[1])
        if ARGV[4] == '1' and now ~= ARGV[5] then return 2 end
        if ARGV[4] == '0' and now then return 2 end

        """ + Put;

    // The sum comes back as text: a number of Lua has 53 bits.
    private const string Increment =
        """
        local old = redis.call('STRLEN', KEYS[1])
        local new = redis.call('EXISTS', KEYS[1]) == 0
        if new and tonumber(redis.call('GET', KEYS[3]) or '0') + string.len(ARGV[1]) + 84 > tonumber(ARGV[3]) then return '' end
        if new then
          redis.call('INCRBY', KEYS[3], string.len(ARGV[1]) + 64)
          redis.call('ZADD', KEYS[2], 0, ARGV[1])
        end
        redis.call('INCRBY', KEYS[1], ARGV[2])
        local sum = redis.call('GET', KEYS[1])
        redis.call('INCRBY', KEYS[3], string.len(sum) - old)
        return sum
        """;

    private const string Delete =
        """
        if redis.call('EXISTS', KEYS[1]) == 0 then
          redis.call('ZREM', KEYS[2], ARGV[1])
          return 0
        end
        local size = redis.call('STRLEN', KEYS[1]) + string.len(ARGV[1]) + 64
        redis.call('DEL', KEYS[1])
        redis.call('ZREM', KEYS[2], ARGV[1])
        redis.call('INCRBY', KEYS[3], -size)
        return 1
        """;

    private readonly RedisKey _index = $"{PrefixOf(app)}:{label}:keys";
    private readonly RedisKey _bytes = PrefixOf(app);

    /// <summary>What all keys of an app begin with. The brace after the number tells it from longer numbers.</summary>
    public static string PrefixOf(long app) => $"{Everything}{{{app}}}";

    /// <summary>What all keys of all apps begin with.</summary>
    public const string Everything = "platform:kv:";

    /// <summary>The app, label and key of a value by the server's key; null for what is no value.</summary>
    public static (long App, string Label, string Key)? Parse(string name) =>
        ValueName().Match(name) is { Success: true } match && long.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var app)
            ? (app, match.Groups[2].Value, match.Groups[3].Value)
            : null;

    /// <summary>Puts a value that was in a store before, index and counter with it.</summary>
    public static Task RestoreAsync(IDatabase database, long app, string label, string key, byte[] value) => database.ScriptEvaluateAsync(
        Put, [$"{PrefixOf(app)}:{label}:value:{key}", $"{PrefixOf(app)}:{label}:keys", PrefixOf(app)], [key, value, long.MaxValue]);

    public Task<byte[]?> GetAsync(string key)
    {
        var name = NameOf(key);
        return server.RunAsync(async database => (byte[]?)await database.StringGetAsync(name));
    }

    public Task<byte[]?[]> GetManyAsync(IReadOnlyList<string> keys)
    {
        RedisKey[] names = [.. keys.Select(NameOf)];
        return names.Length == 0
            ? Task.FromResult<byte[]?[]>([])
            : server.RunAsync(async database => Array.ConvertAll(await database.StringGetAsync(names), static value => (byte[]?)value));
    }

    public async Task SetAsync(string key, byte[] value) => Check(await WriteAsync(Put, key, Sized(value)));

    public Task DeleteAsync(string key) => WriteAsync(Delete, key, RedisValue.EmptyString);

    public Task<bool> ExistsAsync(string key)
    {
        var name = NameOf(key);
        return server.RunAsync(database => database.KeyExistsAsync(name));
    }

    public Task<IReadOnlyList<string>> KeysAsync(string? after) => server.RunAsync<IReadOnlyList<string>>(async database =>
    {
        var keys = await database.SortedSetRangeByValueAsync(
            _index, after is null ? default : (RedisValue)after, default, after is null ? Exclude.None : Exclude.Start, Order.Ascending, 0, PageKeys);
        return Array.ConvertAll(keys, static key => (string)key!);
    });

    public async Task<long> IncrementAsync(string key, long delta)
    {
        var sum = (string?)await WriteAsync(Increment, key, delta);
        return sum is { Length: > 0 } ? long.Parse(sum, CultureInfo.InvariantCulture) : throw Full();
    }

    public async Task<bool> SwapAsync(string key, byte[]? expected, byte[] value)
    {
        var result = await WriteAsync(Swap, key, Sized(value), appBytes, expected is null ? "0" : "1", expected ?? []);
        if ((int)result == 2)
        {
            return false;
        }

        Check(result);
        return true;
    }

    private Task<RedisResult> WriteAsync(string script, string key, RedisValue value) => WriteAsync(script, key, value, appBytes);

    private Task<RedisResult> WriteAsync(string script, string key, params RedisValue[] values)
    {
        var name = NameOf(key);
        return server.RunAsync(database => database.ScriptEvaluateAsync(script, [name, _index, _bytes], [key, .. values]));
    }

    private static byte[] Sized(byte[] value) => value.Length <= MaxValueBytes
        ? value
        : throw new CapabilityException($"a value of {value.Length} bytes; at most {MaxValueBytes} are allowed");

    private void Check(RedisResult result)
    {
        if ((int)result == 0)
        {
            throw Full();
        }
    }

    private CapabilityException Full() => new($"the app's key-value stores are full: they hold at most {appBytes} bytes; delete something");

    private RedisKey NameOf(string key) => Encoding.UTF8.GetByteCount(key) is > 0 and <= MaxKeyBytes
        ? $"{PrefixOf(app)}:{label}:value:{key}"
        : throw new CapabilityException($"a key has 1 to {MaxKeyBytes} bytes");

    [GeneratedRegex(@"\Aplatform:kv:\{([0-9]+)\}:([A-Za-z0-9_-]+):value:(.*)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex ValueName();
}
