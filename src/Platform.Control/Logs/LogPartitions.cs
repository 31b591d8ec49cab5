using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Platform.Control.Logs;

/// <summary>The partitions of PostgreSQL's log table, one a UTC day, named <c>app_logs_YYYYMMDD</c>.</summary>
internal sealed class LogPartitions
{
    private const string Prefix = "app_logs_";
    private const string DayFormat = "yyyyMMdd";

    // Held while partitions are made or dropped, so that processes doing so at once don't collide.
    private const string Lock = "SELECT pg_advisory_xact_lock(8097838)";

    // Days whose partition is known to be there. Only the one writer uses it; a partition that retention drops is of a day that isn't written any more.
    private readonly HashSet<DateOnly> _known = [];

    /// <summary>Makes the partitions that the times need.</summary>
    public async Task EnsureAsync(DbConnection connection, IEnumerable<DateTimeOffset> times)
    {
        var days = times.Select(time => DateOnly.FromDateTime(time.UtcDateTime)).ToHashSet();
        if (days.IsSubsetOf(_known))
        {
            return;
        }

        await connection.ExecuteAsync(Lock);
        foreach (var day in days)
        {
            // Only digits go into the statement; DDL takes no parameters.
            await connection.ExecuteAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"CREATE TABLE IF NOT EXISTS {Prefix}{day.ToString(DayFormat, CultureInfo.InvariantCulture)} PARTITION OF app_logs FOR VALUES FROM ({Start(day)}) TO ({Start(day.AddDays(1))})"));
        }
    }

    /// <summary>Says that the transaction of <see cref="EnsureAsync"/> committed.</summary>
    public void Committed(IEnumerable<DateTimeOffset> times) => _known.UnionWith(times.Select(time => DateOnly.FromDateTime(time.UtcDateTime)));

    /// <summary>Drops the partitions that hold nothing from <paramref name="before"/> on (milliseconds since the epoch).</summary>
    public static async Task<int> DropBeforeAsync(DbConnection connection, long before)
    {
        await connection.ExecuteAsync(Lock);
        var names = await connection.QueryAsync<string>(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'app_logs'::regclass");
        var dropped = 0;
        foreach (var name in names)
        {
            if (DateOnly.TryParseExact(name[Prefix.Length..], DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && Start(day.AddDays(1)) <= before)
            {
                await connection.ExecuteAsync($"DROP TABLE {name}");
                dropped++;
            }
        }

        return dropped;
    }

    private static long Start(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
