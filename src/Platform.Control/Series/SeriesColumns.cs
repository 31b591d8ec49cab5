using System.Data.Common;
using Platform.Contracts.Series;

namespace Platform.Control.Series;

/// <summary>The counts of a series' row, and the SQL that adds them up. Written once from their names: there are many.</summary>
internal static class SeriesColumns
{
    private static readonly string[] Counts = ["requests", "errors", "throttled", "cold_starts", "fuel", "memory_bytes"];

    private static readonly string[] Buckets = [.. Enumerable.Range(0, LatencyBuckets.Count).Select(static index => $"l{index}")];

    /// <summary>All, with commas.</summary>
    public static string All { get; } = string.Join(", ", [.. Counts, .. Buckets]);

    /// <summary>Their sums. A bucket that is null in all rows stays so.</summary>
    public static string Sums { get; } = string.Join(", ", ((string[])[.. Counts, .. Buckets]).Select(static name => $"CAST(SUM({name}) AS BIGINT) AS {name}"));

    /// <summary>Parameters of these names.</summary>
    public static string Parameters { get; } = string.Join(", ", ((string[])[.. Counts, .. Buckets]).Select(static name => "@" + name));

    /// <summary>Takes the place of what a row had.</summary>
    public static string Replace { get; } = string.Join(", ", ((string[])[.. Counts, .. Buckets]).Select(static name => $"{name} = excluded.{name}"));

    /// <summary>Adds to what a row of a table has.</summary>
    public static string AddTo(string table) => string.Join(", ", [
        .. Counts.Select(name => $"{name} = {table}.{name} + excluded.{name}"),
        .. Buckets.Select(name => $"{name} = CASE WHEN excluded.{name} IS NULL THEN {table}.{name} ELSE COALESCE({table}.{name}, 0) + excluded.{name} END"),
    ]);

    /// <summary>The parameters of a delta, none of which is a zero of a bucket.</summary>
    public static IEnumerable<KeyValuePair<string, long?>> ParametersOf(SeriesDelta delta)
    {
        long[] counts = [delta.Requests, delta.Errors, delta.Throttled, delta.ColdStarts, delta.Fuel, delta.MemoryBytes];
        for (var i = 0; i < Counts.Length; i++)
        {
            yield return new(Counts[i], counts[i]);
        }

        for (var i = 0; i < Buckets.Length; i++)
        {
            yield return new(Buckets[i], i < delta.Latencies.Count && delta.Latencies[i] != 0 ? delta.Latencies[i] : null);
        }
    }

    /// <summary>Reads a row of which the time comes first and these next.</summary>
    public static SeriesRow Read(DbDataReader reader)
    {
        var latencies = new long[Buckets.Length];
        for (var i = 0; i < latencies.Length; i++)
        {
            var at = 1 + Counts.Length + i;
            latencies[i] = reader.IsDBNull(at) ? 0 : reader.GetInt64(at);
        }

        return new SeriesRow(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), latencies);
    }
}
