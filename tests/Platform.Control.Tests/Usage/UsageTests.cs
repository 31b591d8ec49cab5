using System.Text.Json;
using Platform.Contracts.Api;
using Platform.Contracts.Usage;
using Platform.Control.Tests.Hosting;
using Platform.Control.Usage;
using Platform.Data;

namespace Platform.Control.Tests.Usage;

public class UsageTests
{
    // Any whole hour that isn't near a day's end.
    private static readonly DateTimeOffset s_hour = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    public static TheoryData<Dialect> Dialects => ControlServer.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Batches_TwiceOutOfOrderWithAGapOfOtherNodesAndStarts_AreEachAppliedOnce(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var tenant = server.Snapshot.Tenants["acme"].Id;
        var sink = server.Get<IUsageSink>();
        UsageBatch[] batches =
        [
            Batch("n1", "s1", 1, Delta(tenant, 1)),
            Batch("n1", "s1", 3, Delta(tenant, 10)),
            Batch("n1", "s1", 2, Delta(tenant, 100)),
            Batch("n1", "s1", 9, Delta(tenant, 1000)),
            Batch("n1", "s2", 1, Delta(tenant, 10_000)),
            Batch("n2", "s1", 1, Delta(tenant, 100_000)),
        ];
        foreach (var batch in batches.Concat(batches))
        {
            await sink.ReportAsync(batch, CancellationToken.None);
        }

        var usage = await owner.GetAsync<UsageResource>($"/v1/tenants/acme/usage?from={Text(s_hour)}&to={Text(s_hour.AddHours(1))}");
        var row = Assert.Single(usage.Rows);
        Assert.Equal(111_111, row.Usage.Requests);
        Assert.Equal(111_111 * 7, row.Usage.Fuel);
        Assert.Equal(111_111, row.Outcomes["2xx"]);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Batches_OneSentFromManyAtOnce_IsAppliedOnce(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var tenant = server.Snapshot.Tenants["acme"].Id;
        var store = server.Get<UsageStore>();
        var batch = Batch("n", "s", 1, Delta(tenant, 3), Delta(tenant, 4, version: 2), Delta(tenant, 5, outcome: UsageOutcome.Trap));
        var applied = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => store.ApplyAsync(batch, CancellationToken.None))));

        Assert.Single(applied, static isNew => isNew);
        var usage = await owner.GetAsync<UsageResource>($"/v1/tenants/acme/usage?from={Text(s_hour)}&to={Text(s_hour.AddHours(1))}");
        Assert.Equal(12, Assert.Single(usage.Rows).Usage.Requests);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Usage_ByTimeAndGroups_SumsWhatIsAsked(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var other = await server.CreateTenantAsync("other");
        var tenant = server.Snapshot.Tenants["acme"].Id;
        var sink = server.Get<IUsageSink>();
        await sink.ReportAsync(
            Batch(
                "n",
                "s",
                1,
                Delta(tenant, 1),
                Delta(tenant, 2, version: 2),
                Delta(tenant, 4, outcome: UsageOutcome.Trap),
                Delta(tenant, 8, hour: s_hour.AddHours(1)),
                Delta(tenant, 16, hour: s_hour.AddDays(1)),
                Delta(tenant, 32, hour: s_hour.AddMonths(1)),
                Delta(tenant, 64, app: "api", appId: 2),
                Delta(server.Snapshot.Tenants["other"].Id, 128, appId: 3)),
            CancellationToken.None);
        const string All = "from=2026-11-01T00:00:00Z&to=2027-01-01T00:00:00Z";

        var hours = await owner.GetAsync<UsageResource>($"/v1/tenants/acme/usage?{All}&granularity=hour");
        Assert.Equal([71L, 8, 16, 32], hours.Rows.Select(static row => row.Usage.Requests));
        Assert.Equal(s_hour, hours.Rows[0].Time);
        Assert.Equal(new Dictionary<string, long> { ["2xx"] = 67, ["trap"] = 4 }, hours.Rows[0].Outcomes);
        Assert.Null(hours.Rows[0].App);
        var days = await owner.GetAsync<UsageResource>($"/v1/tenants/acme/usage?{All}");
        Assert.Equal([79L, 16, 32], days.Rows.Select(static row => row.Usage.Requests));
        var months = await owner.GetAsync<UsageResource>($"/v1/tenants/acme/usage?{All}&granularity=month&groupBy=app,version");
        Assert.Equal(
            [(11, "api", 1, 64L), (11, "web", 1, 29), (11, "web", 2, 2), (12, "web", 1, 32)],
            months.Rows.Select(static row => (row.Time.Month, row.App!, row.Version!.Value, row.Usage.Requests)));
        var app = await owner.GetAsync<UsageResource>($"/v1/tenants/acme/apps/api/usage?{All}");
        Assert.Equal(64, Assert.Single(app.Rows).Usage.Requests);
        var part = await owner.GetAsync<UsageResource>($"/v1/tenants/acme/usage?from={Text(s_hour.AddMinutes(90))}&to={Text(s_hour.AddDays(2))}");
        Assert.Equal([8L, 16], part.Rows.Select(static row => row.Usage.Requests));
        var others = await other.GetAsync<UsageResource>($"/v1/tenants/other/usage?{All}");
        Assert.Equal(128, Assert.Single(others.Rows).Usage.Requests);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Export_OfMoreThanOnePage_HasEveryHourOnce(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        var tenant = server.Snapshot.Tenants["acme"].Id;
        var deltas = Enumerable.Range(0, 1250).SelectMany(hour => new[]
        {
            Delta(tenant, 1, hour: s_hour.AddHours(-hour)), Delta(tenant, 2, hour: s_hour.AddHours(-hour), outcome: UsageOutcome.Trap),
        });
        await server.Get<IUsageSink>().ReportAsync(Batch("n", "s", 1, [.. deltas]), CancellationToken.None);

        using var csv = await owner.GetAsync($"/v1/tenants/acme/usage/export?format=csv&from=2026-01-01T00:00:00Z&to={Text(s_hour.AddHours(1))}");
        var lines = (await csv.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("time,app,version,outcome,requests,fuel,", lines[0], StringComparison.Ordinal);
        Assert.Equal(2501, lines.Length);
        Assert.Equal(2501, lines.Distinct().Count());
        Assert.StartsWith("2026-11-20T10:00:00.0000000+00:00,web,1,trap,2,14,", lines[^1], StringComparison.Ordinal);
        using var json = await owner.GetAsync($"/v1/tenants/acme/apps/web/usage/export?from=2026-01-01T00:00:00Z&to={Text(s_hour.AddHours(1))}");
        var rows = (await json.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonSerializer.Deserialize<UsageExportRow>(line, JsonSerializerOptions.Web)!).ToList();
        Assert.Equal(1250 * 3, rows.Sum(static row => row.Usage.Requests));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task App_Deleted_KeepsItsUsage(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        var owner = await server.CreateTenantAsync("acme");
        await owner.DeployAsync("acme", "web", Api.Wasm());
        var (tenant, app) = (server.Snapshot.Tenants["acme"].Id, server.Snapshot.Apps.Single().Value.Id);
        using (await owner.DeleteAsync("/v1/tenants/acme/apps/web"))
        {
        }

        // Its last requests are reported when it's gone already.
        await server.Get<IUsageSink>().ReportAsync(Batch("n", "s", 1, Delta(tenant, 5, appId: app)), CancellationToken.None);
        var usage = await owner.GetAsync<UsageResource>($"/v1/tenants/acme/apps/web/usage?from={Text(s_hour)}&to={Text(s_hour.AddHours(1))}");
        Assert.Equal(5, Assert.Single(usage.Rows).Usage.Requests);
        using var never = await owner.GetAsync("/v1/tenants/acme/apps/never/usage");
        await never.ProblemAsync(404, "not-found");
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Sweep_PastRetention_DropsHoursAndKeepsTheRest(Dialect dialect)
    {
        var time = new ShiftedTime();
        await using var server = await ControlServer.StartAsync(dialect, time: time);
        var owner = await server.CreateTenantAsync("acme");
        var tenant = server.Snapshot.Tenants["acme"].Id;
        var now = time.GetUtcNow();
        var batch = Batch("n", "s", 1, Delta(tenant, 1, hour: now.AddDays(-401)), Delta(tenant, 2, hour: now.AddDays(-399)));
        var store = server.Get<UsageStore>();
        await store.ApplyAsync(batch, CancellationToken.None);
        await store.SweepAsync(CancellationToken.None);

        var usage = await owner.GetAsync<UsageResource>($"/v1/tenants/acme/usage?from={Text(now.AddDays(-500))}");
        Assert.Equal(2, Assert.Single(usage.Rows).Usage.Requests);
        Assert.False(await store.ApplyAsync(batch, CancellationToken.None));
        time.Advance(TimeSpan.FromDays(8));
        await store.SweepAsync(CancellationToken.None);
        Assert.True(await store.ApplyAsync(batch, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Answer_FuelOfTheMonth_IsOfTenantsWithAQuotaOfIt(Dialect dialect)
    {
        await using var server = await ControlServer.StartAsync(dialect);
        await server.CreateTenantAsync("acme");
        await server.CreateTenantAsync("other");
        using (var patched = await server.Operator.PatchAsync("/v1/tenants/acme", Quotas.QuotaTests.Patch("""{"quota":{"fuelPerMonth":1000}}""")))
        {
            Assert.Equal(200, (int)patched.StatusCode);
        }

        var (acme, other) = (server.Snapshot.Tenants["acme"].Id, server.Snapshot.Tenants["other"].Id);
        var now = DateTimeOffset.UtcNow;
        var sink = server.Get<IUsageSink>();
        await sink.ReportAsync(Batch("n", "s", 1, Delta(acme, 1, hour: now), Delta(other, 2, hour: now), Delta(acme, 4, hour: now.AddMonths(-2))), CancellationToken.None);
        var answer = await sink.ReportAsync(Batch("n", "s", 0), CancellationToken.None);

        Assert.Equal(UsageTime.MonthOf(now), answer.Month);
        Assert.Equal([new(acme, 7)], answer.FuelUsed);
    }

    [Theory]
    [InlineData("granularity=week")]
    [InlineData("groupBy=tenant")]
    [InlineData("from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z")]
    [InlineData("from=yesterday")]
    public async Task Usage_AskedWrongly_IsInvalid(string query)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        using var response = await owner.GetAsync($"/v1/tenants/acme/usage?{query}");
        await response.ProblemAsync(400, "invalid-request");
    }

    [Theory]
    [InlineData("hour")]
    [InlineData("day")]
    [InlineData("month")]
    public async Task Usage_OfTheFirstAndLastTimes_IsAnswered(string granularity)
    {
        await using var server = await ControlServer.StartAsync();
        var owner = await server.CreateTenantAsync("acme");
        foreach (var range in new[] { "to=9999-12-31T23:59:59Z", "from=9999-12-31T23:59:58Z&to=9999-12-31T23:59:59.9999999Z", "from=0001-01-01T00:00:00Z", "to=0001-01-02T00:00:00Z", "to=0001-01-01T00:00:00Z" })
        {
            using var response = await owner.GetAsync($"/v1/tenants/acme/usage?granularity={granularity}&{range}");
            Assert.True((int)response.StatusCode is 200 or 400, $"{range}: {(int)response.StatusCode}");
        }
    }

    private static UsageBatch Batch(string node, string start, long sequence, params UsageDelta[] deltas) => new(node, start, sequence, deltas);

    private static UsageDelta Delta(
        long tenant, long requests, string app = "web", long appId = 1, int version = 1, DateTimeOffset? hour = null, UsageOutcome outcome = UsageOutcome.Status2xx) =>
        new(tenant, app, new UsageKey(appId, version, UsageTime.HourOf(hour ?? s_hour), outcome), new UsageValues(requests, requests * 7, 3, 4, 5, 6, 7, 8, 9, 1, 11));

    private static string Text(DateTimeOffset time) => Uri.EscapeDataString(time.ToString("o", null));
}
