using System.Data.Common;
using Dapper;
using Platform.Contracts.Series;
using Platform.Contracts.Usage;
using Platform.Control.Telemetry;
using Platform.Data;

namespace Platform.Control.Series;

/// <summary>
/// Requests of apps by minute, and by the hours and days that minutes are summed up to. 1. A report adds to minutes, once: its (node, start, sequence) is written in the same transaction. It marks the hours and days
/// that it came to as pending. 2. What is pending and over is summed up: its mark is taken off and its row put anew from those below it, in one transaction. So a crash leaves the mark and the rows as they were, doing it twice
/// changes nothing, and what comes late is in the next sum. 3. A reader takes what is pending from below, in one statement: it sees every request once, wherever it is. 4. What is past retention goes, but never what something
/// pending is still made of.
/// In PostgreSQL reports hold a lock together, and summing up holds it alone: no report commits minutes to an hour whose mark was just taken off, and no two control planes sum up at once.
/// </summary>
internal sealed class SeriesStore(TelemetryDatabase telemetry, ControlOptions options, ControlMetrics metrics, TimeProvider time)
{
    // Longer than a worker that lost the answer to a report can go on sending it.
    private static readonly TimeSpan BatchesKept = TimeSpan.FromDays(7);

    // After its end most workers have reported of a time; what comes later only has it summed up again.
    private static readonly TimeSpan Settle = TimeSpan.FromMinutes(1);

    // A worker's clock may be ahead.
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromHours(1);

    private const string LockShared = "SELECT pg_advisory_xact_lock_shared(8097839)";
    private const string LockAlone = "SELECT pg_advisory_xact_lock(8097839)";

    private static readonly string AddMinute =
        $"""
        INSERT INTO app_minutes (app_id, time, version, tenant_id, {SeriesColumns.All}) VALUES (@app, @time, @version, @tenant, {SeriesColumns.Parameters})
        ON CONFLICT (app_id, time, version) DO UPDATE SET {SeriesColumns.AddTo("app_minutes")}
        """;

    private readonly Database _database = telemetry.Database;
    private readonly DayPartitions _partitions = new(SeriesResolution.Minute.Table);

    /// <summary>Adds a report; false when it was added before.</summary>
    public async Task<bool> ApplyAsync(string node, string start, long sequence, IReadOnlyList<SeriesDelta> deltas, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var kept = Kept(deltas, now);
        var times = kept.Select(static delta => DateTimeOffset.FromUnixTimeMilliseconds(delta.Key.Minute)).ToList();
        var isNew = await _database.WriteAsync(
            async connection =>
            {
                if (_database.Dialect == Dialect.Postgres)
                {
                    // In this order: who makes a partition locks the table that summing up reads.
                    await connection.ExecuteAsync(LockShared);
                    await _partitions.EnsureAsync(connection, times);
                }

                var isNew = await connection.ExecuteAsync(
                    "INSERT INTO series_batches (node, start, sequence, received_at) VALUES (@node, @start, @sequence, @now) ON CONFLICT DO NOTHING",
                    new { node, start, sequence, now = now.ToUnixTimeMilliseconds() }) == 1;
                if (isNew)
                {
                    await AddAsync(connection, kept);
                }

                return isNew;
            },
            cancellationToken);
        _partitions.Committed(times);
        if (isNew && kept.Count < deltas.Count)
        {
            metrics.SeriesDropped(deltas.Count - kept.Count, "late");
        }

        return isNew;
    }

    /// <summary>An app's rows in the order of time.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="app">The app.</param>
    /// <param name="version">Of which version only; null for all together.</param>
    /// <param name="resolution">By what times.</param>
    /// <param name="from">The first time.</param>
    /// <param name="to">Where the last one ends.</param>
    /// <param name="count">Rows at most.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<List<SeriesRow>> ReadAsync(
        TenantScope tenant, long app, int? version, SeriesResolution resolution, long from, long to, int count, CancellationToken cancellationToken)
    {
        var ofVersion = version is null ? "" : " AND version = @version";
        var parts = new List<string> { Part(resolution.Table, resolution == SeriesResolution.Minute ? "" : NotPending(resolution)) };
        if (resolution == SeriesResolution.Hour)
        {
            parts.Add(Part("app_minutes", IsPending(SeriesResolution.Hour)));
        }
        else if (resolution == SeriesResolution.Day)
        {
            parts.Add(Part("app_hours", IsPending(SeriesResolution.Day) + NotPending(SeriesResolution.Hour)));
            parts.Add(Part("app_minutes", IsPending(SeriesResolution.Day) + IsPending(SeriesResolution.Hour)));
        }

        await using var connection = await _database.OpenAsync(cancellationToken);
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
            $"SELECT at, {SeriesColumns.Sums} FROM ({string.Join(" UNION ALL ", parts)}) rows GROUP BY at ORDER BY at LIMIT @count",
            new { tenant = tenant.Id, app, version, from, to, count },
            cancellationToken: cancellationToken));
        var rows = new List<SeriesRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(SeriesColumns.Read(reader));
        }

        return rows;

        string Part(string table, string which) =>
            $"SELECT time - time % {resolution.Step} AS at, {SeriesColumns.All} FROM {table} WHERE tenant_id = @tenant AND app_id = @app AND time >= @from AND time < @to{ofVersion}{which}";
    }

    /// <summary>Sums up what is pending and over.</summary>
    public async Task RollUpAsync(CancellationToken cancellationToken)
    {
        await RollUpAsync(SeriesResolution.Hour, SeriesResolution.Minute, cancellationToken);
        await RollUpAsync(SeriesResolution.Day, SeriesResolution.Hour, cancellationToken);
    }

    /// <summary>Drops what is past retention.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await DropAsync(SeriesResolution.Minute, _partitions, await BeforeAsync(options.SeriesMinutes, SeriesResolution.Hour), cancellationToken);
        await DropAsync(SeriesResolution.Hour, null, await BeforeAsync(options.SeriesHours, SeriesResolution.Day), cancellationToken);
        await DropAsync(SeriesResolution.Day, null, SeriesResolution.Day.Floor((now - options.SeriesDays).ToUnixTimeMilliseconds()), cancellationToken);
        await _database.ExecuteAsync(
            "DELETE FROM series_batches WHERE received_at < @before", new { before = (now - BatchesKept).ToUnixTimeMilliseconds() }, cancellationToken);

        async Task<long> BeforeAsync(TimeSpan retention, SeriesResolution madeOfIt)
        {
            var before = madeOfIt.Floor((now - retention).ToUnixTimeMilliseconds());
            var pending = await _database.FindAsync<long?>("SELECT MIN(time) FROM series_pending WHERE step = @Step", new { madeOfIt.Step }, cancellationToken);
            return Math.Min(before, pending ?? before);
        }
    }

    private Task DropAsync(SeriesResolution resolution, DayPartitions? partitions, long before, CancellationToken cancellationToken) =>
        telemetry.DropAsync(resolution.Table, partitions, before, cancellationToken);

    // What is too old has an hour that was summed up of minutes that are gone: put anew, it would lose them. An hour's margin is for the clocks of control planes.
    private List<SeriesDelta> Kept(IReadOnlyList<SeriesDelta> deltas, DateTimeOffset now)
    {
        var oldest = SeriesResolution.Hour.Floor((now - options.SeriesMinutes).ToUnixTimeMilliseconds()) + UsageTime.Hour;
        var newest = (now + MaxClockSkew).ToUnixTimeMilliseconds();
        return [.. deltas.Where(delta => delta.Key.Minute >= oldest && delta.Key.Minute <= newest)];
    }

    // In PostgreSQL rows are locked in the order of their key, so that reports wait for one another and never in a circle.
    private static async Task AddAsync(DbConnection connection, List<SeriesDelta> deltas)
    {
        await connection.ExecuteAsync(AddMinute, deltas.OrderBy(static delta => delta.Key.AppId).ThenBy(static delta => delta.Key.Minute).ThenBy(static delta => delta.Key.Version).Select(static delta =>
        {
            var parameters = new DynamicParameters();
            parameters.Add("app", delta.Key.AppId);
            parameters.Add("time", delta.Key.Minute);
            parameters.Add("version", (long)delta.Key.Version);
            parameters.Add("tenant", delta.TenantId);
            foreach (var (name, value) in SeriesColumns.ParametersOf(delta))
            {
                parameters.Add(name, value, System.Data.DbType.Int64);
            }

            return parameters;
        }));
        foreach (var resolution in new[] { SeriesResolution.Hour, SeriesResolution.Day })
        {
            await connection.ExecuteAsync(
                "INSERT INTO series_pending (step, time) VALUES (@Step, @time) ON CONFLICT DO NOTHING",
                deltas.Select(delta => resolution.Floor(delta.Key.Minute)).Distinct().Order().Select(time => new { resolution.Step, time }));
        }
    }

    // A day waits for its hours.
    private async Task RollUpAsync(SeriesResolution to, SeriesResolution from, CancellationToken cancellationToken)
    {
        var over = (time.GetUtcNow() - Settle).ToUnixTimeMilliseconds() - to.Step;
        var pending = await _database.QueryAsync<long>(
            """
            SELECT time FROM series_pending p WHERE step = @Step AND time <= @over
                AND NOT EXISTS (SELECT 1 FROM series_pending f WHERE f.step = @below AND f.time >= p.time AND f.time < p.time + @Step) ORDER BY time
            """,
            new { to.Step, over, below = from.Step },
            cancellationToken);
        foreach (var at in pending)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _database.WriteAsync(connection => RollUpAsync(connection, to, from, at), cancellationToken);
        }
    }

    private async Task<int> RollUpAsync(DbConnection connection, SeriesResolution to, SeriesResolution from, long at)
    {
        if (_database.Dialect == Dialect.Postgres)
        {
            await connection.ExecuteAsync(LockAlone);
        }

        // Another control plane may have done it meanwhile, or a report have come to one of its hours: then it is in the next turn.
        var end = at + to.Step;
        var taken = await connection.ExecuteAsync(
            """
            DELETE FROM series_pending WHERE step = @Step AND time = @at
                AND NOT EXISTS (SELECT 1 FROM series_pending f WHERE f.step = @below AND f.time >= @at AND f.time < @end)
            """,
            new { to.Step, at, end, below = from.Step });
        if (taken == 0)
        {
            return 0;
        }

        return await connection.ExecuteAsync(
            $"""
            INSERT INTO {to.Table} (app_id, time, version, tenant_id, {SeriesColumns.All})
            SELECT app_id, @at, version, MAX(tenant_id), {SeriesColumns.Sums} FROM {from.Table} WHERE time >= @at AND time < @end GROUP BY app_id, version
            ON CONFLICT (app_id, time, version) DO UPDATE SET {SeriesColumns.Replace}
            """,
            new { at, end });
    }

    private static string IsPending(SeriesResolution resolution) => $" AND time - time % {resolution.Step} IN ({Pending(resolution)})";

    private static string NotPending(SeriesResolution resolution) => $" AND time - time % {resolution.Step} NOT IN ({Pending(resolution)})";

    private static string Pending(SeriesResolution resolution) => $"SELECT p.time FROM series_pending p WHERE p.step = {resolution.Step}";
}
