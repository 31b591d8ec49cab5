using Platform.Contracts.Api;
using Platform.Contracts.Series;
using Platform.Contracts.Usage;
using Platform.Control.Series;
using Platform.Control.Telemetry;
using Platform.Control.Tests.Hosting;
using Platform.Data;

namespace Platform.Control.Tests.Series;

public class SeriesTests
{
    private const string Metrics = "/v1/tenants/acme/apps/web/metrics";

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Reports_OfSeveralWorkers_AddUpOnce(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        await other.DeployAsync("other", "web", Api.Wasm());
        var (tenant, app) = Ids(server);
        var minute = Minute(DateTimeOffset.UtcNow.AddMinutes(-10));
        var sink = server.Get<IUsageSink>();
        for (var twice = 0; twice < 2; twice++)
        {
            await sink.ReportAsync(Batch("n1", 1, Delta(tenant, app, minute, 1, 96, fast: 95, slow: 1)), CancellationToken.None);
            await sink.ReportAsync(Batch("n2", 1, Delta(tenant, app, minute, 1, 4, fast: 0, slow: 3), Delta(tenant, app, minute, 2, 10, fast: 10, slow: 0)), CancellationToken.None);
        }

        var metrics = await owner.GetAsync<MetricsResource>(Metrics);
        Assert.Equal("minute", metrics.Resolution);
        var point = Assert.Single(metrics.Points);
        Assert.Equal((110, 4, 1, 2), (point.Requests, point.Errors, point.Throttled, point.ColdStarts));
        Assert.Equal((minute, 7, 100), (point.At.ToUnixTimeMilliseconds(), point.Fuel, point.MemoryBytes));
        Assert.InRange(point.P50Ms!.Value, 0.7, 1.15);
        Assert.InRange(point.P99Ms!.Value, 70, 115);
        var second = Assert.Single((await owner.GetAsync<MetricsResource>(Metrics + "?version=2")).Points);
        Assert.Equal((10, 0, true), (second.Requests, second.Errors, second.P99Ms < 1.15));
        Assert.Empty((await other.GetAsync<MetricsResource>("/v1/tenants/other/apps/web/metrics")).Points);
        using var foreign = await other.GetAsync(Metrics);
        await foreign.ProblemAsync(404, "not-found");
        Assert.Empty((await owner.GetAsync<MetricsResource>(Metrics + "?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z")).Points);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Throttled_Alone_HasNoPercentiles(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var (tenant, app) = Ids(server);
        await ApplyAsync(server, 1, new SeriesDelta(tenant, new SeriesKey(app, 1, Minute(DateTimeOffset.UtcNow.AddMinutes(-1))), 5, 0, 5, 0, 0, 0, new long[LatencyBuckets.Count]));
        var point = Assert.Single((await owner.GetAsync<MetricsResource>(Metrics)).Points);
        Assert.Equal(new MetricsPoint(point.At, 5, 0, 5, 0, null, null, null, 0, 0), point);
    }

    /// <summary>Before, while and after minutes are summed up to hours and days, a reader sees each request once.</summary>
    [Theory, MemberData(nameof(Dialects))]
    public async Task RollUp_CrashedInTheMidstAndRunAgain_NeitherLosesNorDoubles(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var (tenant, app) = Ids(server);
        var store = server.Get<SeriesStore>();
        var database = server.Get<TelemetryDatabase>().Database;

        // Two hours of one day, and one of the next, all over.
        var day = DateTimeOffset.FromUnixTimeMilliseconds(SeriesResolution.Day.Floor(time.GetUtcNow().ToUnixTimeMilliseconds()));
        time.Advance(day.AddDays(2).AddMinutes(30) - time.GetUtcNow());
        await ApplyAsync(server, 1, Deltas(day.AddHours(22).AddMinutes(5)), Deltas(day.AddHours(22).AddMinutes(6)), Deltas(day.AddHours(23)), Deltas(day.AddDays(1).AddHours(1)), Deltas(day.AddDays(2).AddMinutes(5)));
        await ExpectAsync();

        // The program dies as it writes a day: what it had done of it is undone.
        await RefuseAsync(database, "app_days");
        await Assert.ThrowsAnyAsync<Exception>(() => store.RollUpAsync(CancellationToken.None));
        Assert.Equal(0, await CountAsync("app_days"));
        await ExpectAsync();
        await AllowAsync(database, "app_days");
        await store.RollUpAsync(CancellationToken.None);
        await ExpectAsync();
        Assert.Equal((3, 2, 2), (await CountAsync("app_hours"), await CountAsync("app_days"), await CountAsync("series_pending")));
        await store.RollUpAsync(CancellationToken.None);
        await ExpectAsync();

        // What comes late is in the next sum.
        await ApplyAsync(server, 2, Deltas(day.AddHours(22).AddMinutes(7)));
        await ExpectAsync(late: 10);
        await store.RollUpAsync(CancellationToken.None);
        await ExpectAsync(late: 10);
        Assert.Equal((3, 2, 2), (await CountAsync("app_hours"), await CountAsync("app_days"), await CountAsync("series_pending")));

        SeriesDelta Deltas(DateTimeOffset at) => Delta(tenant, app, at.ToUnixTimeMilliseconds(), 1, 10, fast: 9, slow: 1);

        Task<long> CountAsync(string table) => database.FindAsync<long>($"SELECT COUNT(*) FROM {table}", null, CancellationToken.None);

        async Task ExpectAsync(int late = 0)
        {
            var range = $"from={Text(day)}&to={Text(day.AddDays(3))}";
            var minutes = await owner.GetAsync<MetricsResource>($"{Metrics}?{range}");
            Assert.Equal(50 + late, minutes.Points.Sum(static point => point.Requests));
            var hours = await owner.GetAsync<MetricsResource>($"{Metrics}?resolution=hour&{range}");
            Assert.Equal([(22, 20 + late), (23, 10), (25, 10), (48, 10)], hours.Points.Select(point => ((int)(point.At - day).TotalHours, (int)point.Requests)));
            var days = await owner.GetAsync<MetricsResource>($"{Metrics}?resolution=day&{range}");
            Assert.Equal([(0, 30 + late), (1, 10), (2, 10)], days.Points.Select(point => ((int)(point.At - day).TotalDays, (int)point.Requests)));
            Assert.All(hours.Points.Concat(days.Points), static point => Assert.Equal((7, 100, true), (point.Fuel, point.MemoryBytes, point.P50Ms < 1.15 && point.P99Ms > 70)));
        }
    }

    [Fact]
    public async Task RollUp_OfTwoControlPlanesWhileReportsCome_CountsEachOnce()
    {
        var time = new ShiftedTime();
        await using var one = await ControlServer.StartAsync(Dialect.Postgres, time: time);
        await using var two = await one.StartAnotherAsync();
        var owner = await one.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var (tenant, app) = Ids(one);
        var hour = DateTimeOffset.FromUnixTimeMilliseconds(SeriesResolution.Hour.Floor(time.GetUtcNow().AddHours(-3).ToUnixTimeMilliseconds()));
        var stores = new[] { one.Get<SeriesStore>(), two.Get<SeriesStore>() };
        var reporting = Task.WhenAll(Enumerable.Range(0, 4).Select(node => Task.Run(async () =>
        {
            for (var i = 1; i <= 40; i++)
            {
                await stores[node % 2].ApplyAsync($"n{node}", "s", i, [Delta(tenant, app, hour.AddMinutes(i).ToUnixTimeMilliseconds(), 1, 1, fast: 1, slow: 0)], CancellationToken.None);
            }
        })));
        while (!reporting.IsCompleted)
        {
            await Task.WhenAll(stores.Select(static store => store.RollUpAsync(CancellationToken.None)));
        }

        await reporting;
        await Task.WhenAll(stores.Select(static store => store.RollUpAsync(CancellationToken.None)));
        var database = one.Get<TelemetryDatabase>().Database;
        Assert.Equal(160, await database.FindAsync<long>("SELECT CAST(SUM(requests) AS BIGINT) FROM app_hours", null, CancellationToken.None));
    }

    /// <summary>Which days wait for none of their hours is looked up at once, and summed up one by one: meanwhile a report may come.</summary>
    [Theory, MemberData(nameof(Dialects))]
    public async Task RollUp_ReportThatComesWhileDaysAreSummedUp_IsInTheNextSum(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var (tenant, app) = Ids(server);
        var store = server.Get<SeriesStore>();
        var database = server.Get<TelemetryDatabase>().Database;
        var day = SeriesResolution.Day.Floor(time.GetUtcNow().ToUnixTimeMilliseconds());
        time.Advance(DateTimeOffset.FromUnixTimeMilliseconds(day).AddDays(2).AddMinutes(30) - time.GetUtcNow());
        await ApplyAsync(server, 1, [.. new[] { day + (22 * UsageTime.Hour), day + UsageTime.Day }.Select(minute => Delta(tenant, app, minute, 1, 10, fast: 10, slow: 0))]);

        // As the first day's row is written, five requests come to the second.
        var late = $"UPDATE app_minutes SET requests = requests + 5 WHERE time = {day + UsageTime.Day}; INSERT INTO series_pending (step, time) VALUES ({UsageTime.Hour}, {day + UsageTime.Day});";
        await ExecuteAsync(database.Dialect == Dialect.Sqlite
            ? $"CREATE TRIGGER late AFTER INSERT ON app_days WHEN NEW.time = {day} BEGIN {late} END"
            : $"CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.time = {day} THEN {late} END IF; RETURN NULL; END $$; CREATE TRIGGER late AFTER INSERT ON app_days FOR EACH ROW EXECUTE FUNCTION late()");
        await store.RollUpAsync(CancellationToken.None);
        await ExecuteAsync(database.Dialect == Dialect.Sqlite ? "DROP TRIGGER late" : "DROP TRIGGER late ON app_days; DROP FUNCTION late()");
        await ExpectAsync();
        await store.RollUpAsync(CancellationToken.None);
        await ExpectAsync();
        Assert.Equal(0, await database.FindAsync<long>("SELECT COUNT(*) FROM series_pending", null, CancellationToken.None));

        async Task ExpectAsync() => Assert.Equal(
            [10, 15],
            (await owner.GetAsync<MetricsResource>($"{Metrics}?resolution=day&from={Text(DateTimeOffset.FromUnixTimeMilliseconds(day))}")).Points.Select(static point => point.Requests));

        Task<int> ExecuteAsync(string sql) => database.ExecuteAsync(sql, null, CancellationToken.None);
    }

    /// <summary>Where series have a file of their own, what it refuses costs series and holds up no usage. In PostgreSQL they are in the store, which refuses both: the report comes again.</summary>
    [Theory, MemberData(nameof(Dialects))]
    public async Task Report_WhoseMinutesAreRefused_IsUsageAllTheSame(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var (tenant, app) = Ids(server);
        var database = server.Get<TelemetryDatabase>().Database;
        var sink = server.Get<IUsageSink>();
        var now = DateTimeOffset.UtcNow;
        var batch = new UsageBatch(
            "n",
            "s",
            1,
            [new UsageDelta(tenant, "web", new UsageKey(app, 1, UsageTime.HourOf(now), UsageOutcome.Status2xx), new UsageValues(3, 21, 3, 4, 5, 6, 7, 8, 9, 1, 11))],
            [Delta(tenant, app, Minute(now), 1, 3, fast: 3, slow: 0)]);
        await RefuseAsync(database, "app_minutes");
        if (dialect == Dialect.Sqlite)
        {
            await sink.ReportAsync(batch, CancellationToken.None);
        }
        else
        {
            await Assert.ThrowsAnyAsync<Exception>(() => sink.ReportAsync(batch, CancellationToken.None));
        }

        await AllowAsync(database, "app_minutes");
        Assert.Equal(3, Assert.Single((await owner.GetAsync<UsageResource>("/v1/tenants/acme/usage")).Rows).Usage.Requests);
        await sink.ReportAsync(batch, CancellationToken.None);
        Assert.Equal(3, Assert.Single((await owner.GetAsync<UsageResource>("/v1/tenants/acme/usage")).Rows).Usage.Requests);
        Assert.Equal(3, Assert.Single((await owner.GetAsync<MetricsResource>(Metrics)).Points).Requests);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Sweep_PastRetention_DropsMinutesThenHoursThenDays_AndWhatIsTooLateIsNotAdded(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var (tenant, app) = Ids(server);
        var store = server.Get<SeriesStore>();
        var database = server.Get<TelemetryDatabase>().Database;
        var then = time.GetUtcNow();
        await ApplyAsync(server, 1, Delta(tenant, app, Minute(then), 1, 10, fast: 10, slow: 0));
        foreach (var (after, minutes, hours, days) in new[] { (TimeSpan.FromHours(40), 1L, 1L, 1L), (TimeSpan.FromDays(4), 0, 1, 1), (TimeSpan.FromDays(33), 0, 0, 1), (TimeSpan.FromDays(368), 0, 0, 0) })
        {
            time.Advance(then + after - time.GetUtcNow());
            await store.RollUpAsync(CancellationToken.None);
            await store.SweepAsync(CancellationToken.None);
            Assert.Equal((after, minutes, hours, days), (after, await CountAsync("app_minutes"), await CountAsync("app_hours"), await CountAsync("app_days")));
        }

        await ApplyAsync(server, 2, Delta(tenant, app, Minute(time.GetUtcNow().AddHours(-49)), 1, 10, fast: 10, slow: 0));
        Assert.Equal(0, await CountAsync("app_minutes") + await CountAsync("series_pending"));

        Task<long> CountAsync(string table) => database.FindAsync<long>($"SELECT COUNT(*) FROM {table}", null, CancellationToken.None);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Sweep_OfMinutesThatAreNotSummedUpYet_WaitsForThat(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, static options => options with { SeriesMinutes = TimeSpan.FromHours(3) }, time);
        await (await server.CreateTenantAsync("acme")).DeployAsync("acme", "web", Api.Wasm());
        var (tenant, app) = Ids(server);
        var database = server.Get<TelemetryDatabase>().Database;
        await RefuseAsync(database, "app_hours");
        await ApplyAsync(server, 1, Delta(tenant, app, Minute(time.GetUtcNow()), 1, 10, fast: 10, slow: 0));
        time.Advance(TimeSpan.FromDays(3));
        await server.Get<SeriesStore>().SweepAsync(CancellationToken.None);
        await AllowAsync(database, "app_hours");
        await server.Get<SeriesStore>().RollUpAsync(CancellationToken.None);

        Assert.Equal(10, await database.FindAsync<long>("SELECT requests FROM app_hours", null, CancellationToken.None));
    }

    [Theory]
    [InlineData("resolution=second")]
    [InlineData("from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z")]
    public async Task Metrics_AskedWrongly_IsInvalid(string query)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        using var response = await owner.GetAsync($"{Metrics}?{query}");
        await response.ProblemAsync(400, "invalid-request");
    }

    [Theory]
    [InlineData("minute")]
    [InlineData("hour")]
    [InlineData("day")]
    public async Task Metrics_OfTheFirstAndLastTimes_AreAnswered(string resolution)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        foreach (var range in new[] { "to=9999-12-31T23:59:59Z", "from=9999-12-31T23:59:58Z&to=9999-12-31T23:59:59.9999999Z", "from=0001-01-01T00:00:00Z", "from=0001-01-01T00:00:00Z&to=0001-01-01T00:00:01Z" })
        {
            Assert.Empty((await owner.GetAsync<MetricsResource>($"{Metrics}?resolution={resolution}&{range}")).Points);
        }
    }

    private static (long Tenant, long App) Ids(ControlServer server) => (server.Snapshot.Tenants["acme"].Id, server.Snapshot.Apps.Values.Single(static app => app.Tenant == "acme").Id);

    private static UsageBatch Batch(string node, long sequence, params SeriesDelta[] deltas) => new(node, "s", sequence, [], deltas);

    private static Task<UsageAnswer> ApplyAsync(ControlServer server, long sequence, params SeriesDelta[] deltas) =>
        server.Get<IUsageSink>().ReportAsync(Batch("n", sequence, deltas), CancellationToken.None);

    private static SeriesDelta Delta(long tenant, long app, long minute, int version, long requests, long fast, long slow)
    {
        var latencies = new long[LatencyBuckets.Count];
        latencies[LatencyBuckets.IndexOf(TimeSpan.FromMilliseconds(1))] = fast;
        latencies[LatencyBuckets.IndexOf(TimeSpan.FromMilliseconds(100))] = slow;
        return new SeriesDelta(tenant, new SeriesKey(app, version, minute), requests, slow, fast == 0 ? 1 : 0, version == 1 ? 1 : 0, (fast + slow) * 7, (fast + slow) * 100, latencies);
    }

    private static long Minute(DateTimeOffset time) => SeriesResolution.Minute.Floor(time.ToUnixTimeMilliseconds());

    private static string Text(DateTimeOffset time) => Uri.EscapeDataString(time.ToString("o", null));

    // From now on the database fails whoever writes a row.
    private static Task<int> RefuseAsync(Database database, string table) => database.ExecuteAsync(
        database.Dialect == Dialect.Sqlite
            ? $"CREATE TRIGGER refused BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
            : $"CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$; CREATE TRIGGER refused BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refused()",
        null,
        CancellationToken.None);

    private static Task<int> AllowAsync(Database database, string table) => database.ExecuteAsync(
        database.Dialect == Dialect.Sqlite ? "DROP TRIGGER refused" : $"DROP TRIGGER refused ON {table}; DROP FUNCTION refused()", null, CancellationToken.None);
}
