using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Platform.Control.Telemetry;

/// <summary>The partitions of a table in PostgreSQL, one a UTC day by its column <c>time</c>, named <c>{table}_YYYYMMDD</c>. Thread-safe.</summary>
/// <param name="table">The table.</param>
internal sealed class DayPartitions(string table)
{
    private const string DayFormat = "yyyyMMdd";

    // Held while partitions are made or dropped, so that processes doing so at once don't collide.
    private const string Lock = "SELECT pg_advisory_xact_lock(8097838)";

    // Days whose partition is known to be there. A partition that retention drops is of a day that isn't written any more.
    private readonly ConcurrentDictionary<DateOnly, bool> _known = new();

    /// <summary>Makes the partitions that the times need; before anything else in the transaction, since it locks the table.</summary>
    public async Task EnsureAsync(DbConnection connection, IEnumerable<DateTimeOffset> times)
    {
        var days = times.Select(time => DateOnly.FromDateTime(time.UtcDateTime)).Where(day => !_known.ContainsKey(day)).ToHashSet();
        if (days.Count == 0)
        {
            return;
        }

        await connection.ExecuteAsync(Lock);
        foreach (var day in days)
        {
            // Only digits go into the statement; DDL takes no parameters.
            await connection.ExecuteAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"CREATE TABLE IF NOT EXISTS {table}_{day.ToString(DayFormat, CultureInfo.InvariantCulture)} PARTITION OF {table} FOR VALUES FROM ({Start(day)}) TO ({Start(day.AddDays(1))})"));
        }
    }

    /// <summary>Says that the transaction of <see cref="EnsureAsync"/> committed.</summary>
    public void Committed(IEnumerable<DateTimeOffset> times)
    {
        foreach (var time in times)
        {
            _known.TryAdd(DateOnly.FromDateTime(time.UtcDateTime), true);
        }
    }

    /// <summary>Drops the partitions that hold nothing from <paramref name="before"/> on (milliseconds since the epoch).</summary>
    public async Task<int> DropBeforeAsync(DbConnection connection, long before)
    {
        await connection.ExecuteAsync(Lock);
        var names = await connection.QueryAsync<string>(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = CAST(@table AS regclass)", new { table });
        var dropped = 0;
        foreach (var name in names)
        {
            if (DateOnly.TryParseExact(name[(table.Length + 1)..], DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && Start(day.AddDays(1)) <= before)
            {
                await connection.ExecuteAsync($"DROP TABLE {name}");
                _known.TryRemove(day, out _);
                dropped++;
            }
        }

        return dropped;
    }

    private static long Start(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
