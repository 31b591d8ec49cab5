using System.Diagnostics;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using Platform.Contracts.Api;
using Platform.Contracts.Requests;
using Platform.Control.Collection;
using Platform.Control.Deletion;
using Platform.Control.Domains;
using Platform.Control.Idempotency;
using Platform.Control.Logs;
using Platform.Control.People;
using Platform.Control.Requests;
using Platform.Control.Retention;
using Platform.Control.Series;
using Platform.Control.Sessions;
using Platform.Control.Snapshots;
using Platform.Control.Tests.Domains;
using Platform.Control.Tests.Hosting;
using Platform.Control.Usage;
using Platform.Data;
using Platform.Testing;

namespace Platform.Control.Tests.Plans;

/// <summary>
/// That no statement's cost grows with the number of tenants, apps, versions or anything else that there may be many of. Every operation of the API runs its documented commands on a store that is filled; PostgreSQL itself logs the plan
/// that each statement was run by (auto_explain), those of foreign keys and triggers too, so that none can be left out. SQLite then explains the same statements.
/// </summary>
public partial class PlanTests(ITestOutputHelper log)
{
    // A page of what an export reads at once, and what a tenant of the filled store has.
    private const int MayRead = 600;

    /// <summary>Statements that read more, by what they hold, and why that is right.</summary>
    private static readonly (string Part, string Reason)[] Whole =
    [
        ("FROM domains d JOIN apps a ON a.id = d.app_id JOIN tenants t ON t.id = a.tenant_id", "a change of a custom domain, which is rare, reads them all"),

        // What runs by itself, which may do so beside the API's commands as well.
        ("FROM versions v JOIN tenants t ON t.id = v.tenant_id WHERE v.blobs_known = 0", "the partial index has these rows alone"),
        ("WHERE v.removed_at IS NULL AND v.state IN ('ready', 'failed') GROUP BY a.id", "once an hour: how many versions each app has and how old they are, without their documents"),
        ("SELECT app_id FROM app_logs GROUP BY app_id HAVING SUM(size)", "every five minutes: what each app's lines come to, which the index says"),
        ("SELECT app_id FROM app_requests GROUP BY app_id HAVING SUM(size)", "the same of kept requests"),
        ("FROM app_minutes WHERE time >= ", "once an hour: the minutes of that hour, of all apps"),
        ("FROM app_hours WHERE time >= ", "once a day: the hours of that day, of all apps"),
        ("UPDATE domains SET released_at", "every few minutes: custom domains of which the app is gone; domains are few beside apps"),
        ("domains WHERE released_at <=", "every few minutes: custom domains to be freed; domains are few beside apps"),
    ];

    // Their commands need the DNS of a domain, a Redis, a gateway, or an OpenID Connect authority.
    private static readonly string[] NotAnswered = ["VerifyDomain", "PublishMessage", "GetRequest", "SignInAtAuthority", "AcceptInvitationAtAuthority"];

    /// <summary>Marks of statements that are PostgreSQL's alone, or a trigger's.</summary>
    private static readonly string[] OfPostgres = ["FROM ONLY ", "unnest(", "pg_", "PARTITION OF", "FOR KEY SHARE", "NEW.", "OLD."];

    [Fact]
    public async Task EveryOperation_OnAFilledStore_ReadsByIndexes()
    {
        await using var postgres = await StartPostgresAsync();
        var (api, background) = await RunAsync(postgres);
        var wrong = WrongOf([.. api, .. background], Whole).Concat(await WrongInSqliteAsync([.. api, .. background], Whole)).ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task EveryForeignKey_InSqlite_BeginsAnIndex()
    {
        // PostgreSQL's plans show this; SQLite's don't, and it reads the whole table where none is.
        await using var server = await ControlServer.StartAsync();
        var missing = await server.Get<Database>().QueryAsync<string>(
            """
            SELECT t.name || '.' || f."from" FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f ON f.seq = 0
            WHERE t.type = 'table' AND NOT EXISTS (
                SELECT 1 FROM pragma_index_list(t.name) l JOIN pragma_index_info(l.name) i ON i.seqno = 0 WHERE l.partial = 0 AND i.name = f."from")
            """,
            null,
            CancellationToken.None);
        Assert.Empty(missing);
    }

    private static Task<PostgresServer> StartPostgresAsync() => PostgresServer.StartAsync(
        "shared_preload_libraries=auto_explain", "auto_explain.log_min_duration=0", "auto_explain.log_analyze=on", "auto_explain.log_timing=off", "auto_explain.log_buffers=off", "auto_explain.log_format=json",
        "auto_explain.log_nested_statements=on", "logging_collector=on", "log_directory=log", "log_destination=jsonlog", "log_min_messages=log");

    private async Task<(IReadOnlyList<StatementPlan> Api, IReadOnlyList<StatementPlan> Background)> RunAsync(PostgresServer postgres)
    {
        using var dns = new DnsServer();
        await using var server = await ControlServer.StartAsync(postgres, options => options with { DnsServers = [dns.EndPoint] });
        await FilledStore.FillAsync(server);
        var growing = await FilledStore.GrowingAsync(server.Get<Database>());
        var filled = await PlansAsync(postgres, server, 0);

        await VerifyDomainAsync(server, dns);
        await KeepRequestAsync(server);
        Assert.Equal(string.Join(", ", NotAnswered), string.Join(", ", await ApiCommands.RunAsync(server)));
        var api = await PlansAsync(postgres, server, filled.Count);

        await SweepAsync(server);
        var background = await PlansAsync(postgres, server, filled.Count + api.Count);
        log.WriteLine($"{api.Count} statements of the API, {background.Count} in the background");
        Assert.True(api.Count > 500 && background.Count > 20);
        return (OfGrowing(api), OfGrowing(background));

        IReadOnlyList<StatementPlan> OfGrowing(IReadOnlyList<StatementPlan> plans) =>
            [.. plans.Select(plan => plan with { Scans = [.. plan.Scans.Where(scan => growing.Contains(scan.Table))] })];
    }

    private static async Task VerifyDomainAsync(ControlServer server, DnsServer dns)
    {
        using var owner = await server.CreateTenantAsync("own");
        await owner.DeployAsync("own", "web", Api.Wasm());
        var domain = await DomainFixture.ClaimAsync(owner, "own", "own.example.com");
        dns.Set(domain.Proof.Dns.Name, domain.Proof.Dns.Value);
        using var verified = await owner.PostAsync(DomainFixture.Path("own", domain.Name) + "/verify", null);
        await verified.ReadAsync<DomainResource>(200);
    }

    private static async Task KeepRequestAsync(ControlServer server)
    {
        using var owner = await server.CreateTenantAsync("kept");
        await owner.DeployAsync("kept", "web", Api.Wasm());
        server.Get<IRequestSink>().Write(new RequestRecord("kept", "web", DateTimeOffset.UtcNow, "one", 1, "default", "GET", "/", "/...", 200, "2xx", 1, null, null, null, [], 0));
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            using var response = await owner.GetAsync("/v1/tenants/kept/apps/web/requests/one", timeout.Token);
            if (response.IsSuccessStatusCode)
            {
                break;
            }

            await Task.Delay(20, timeout.Token);
        }

        foreach (var query in new[] { "metrics?resolution=hour", "metrics?resolution=day&version=1", "requests?outcome=trap", "requests?version=1&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z" })
        {
            using var response = await owner.GetAsync($"/v1/tenants/kept/apps/web/{query}", timeout.Token);
            Assert.True(response.IsSuccessStatusCode);
        }
    }

    private static async Task SweepAsync(ControlServer server)
    {
        var none = CancellationToken.None;
        await server.Get<SnapshotStore>().RefreshAsync(none);
        await server.Get<VersionRetention>().SweepAsync(none);
        await server.Get<Purger>().SweepAsync(none);
        await server.Get<BlobCollector>().CollectAsync(none);
        await server.Get<IdempotencyStore>().SweepAsync(none);
        await server.Get<LogStore>().SweepAsync(none);
        await server.Get<UsageStore>().SweepAsync(none);
        await server.Get<RequestStore>().SweepAsync(none);
        await server.Get<SeriesStore>().RollUpAsync(none);
        await server.Get<SeriesStore>().SweepAsync(none);
        await server.Get<SnapshotStore>().TrimAsync(none);
        await server.Get<SessionStore>().SweepAsync(none);
        await server.Get<InvitationStore>().SweepAsync(none);
        await server.Get<SignInGuard>().SweepAsync(none);
        await server.Get<DomainChecks>().RunAsync(none);
    }

    private static IEnumerable<string> WrongOf(IReadOnlyList<StatementPlan> plans, (string Part, string Reason)[] whole) => plans
        .Where(plan => !MayReadAll(plan.Sql, whole))
        .SelectMany(plan => plan.Scans.Where(static scan => scan.Node == "Seq Scan" || scan.Rows > MayRead).Select(scan => $"{scan.Node} of {scan.Table}, {scan.Rows} rows: {Space().Replace(plan.Sql, " ")}"))
        .Distinct(StringComparer.Ordinal);

    private static async Task<IReadOnlyList<string>> WrongInSqliteAsync(IReadOnlyList<StatementPlan> plans, (string Part, string Reason)[] whole)
    {
        await using var server = await ControlServer.StartAsync();
        await FilledStore.FillAsync(server);
        var growing = (await FilledStore.GrowingAsync(server.Get<Database>())).Concat(["app_logs", "app_requests", "app_minutes", "app_hours", "app_days", "series_batches"]).ToHashSet(StringComparer.Ordinal);
        await using var connection = (SqliteConnection)await server.Get<Database>().OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync("ATTACH @path AS telemetry", new { path = Path.Combine(server.Directory.FullName, "telemetry.db") });
        var wrong = new List<string>();
        foreach (var sql in plans.Select(static plan => plan.Sql).Distinct(StringComparer.Ordinal).Where(sql => !OfPostgres.Any(mark => sql.Contains(mark, StringComparison.Ordinal)) && !MayReadAll(sql, whole)))
        {
            var parameters = new DynamicParameters();
            foreach (var name in Parameter().Matches(sql).Select(static match => match.Value).Distinct())
            {
                parameters.Add(name, null);
            }

            // A name in the plan is a table's or its alias.
            var tables = Table().Matches(sql).Where(match => growing.Contains(match.Groups["table"].Value))
                .SelectMany(static match => new[] { match.Groups["table"].Value, match.Groups["alias"].Value }).ToHashSet(StringComparer.Ordinal);
            List<string> details;
            try
            {
                details = [.. (await connection.QueryAsync($"EXPLAIN QUERY PLAN {sql}", parameters)).Select(static row => (string)row.detail)];
            }
            catch (SqliteException e)
            {
                wrong.Add($"{e.Message}: {Space().Replace(sql, " ")}");
                continue;
            }

            wrong.AddRange(details.Where(detail => Scanned().Match(detail) is { Success: true } scan && tables.Contains(scan.Groups["name"].Value)).Select(detail => $"SQLite: {detail}: {Space().Replace(sql, " ")}"));
        }

        return wrong;
    }

    private static bool MayReadAll(string sql, (string Part, string Reason)[] whole)
    {
        var line = Space().Replace(sql, " ");
        return whole.Any(allowed => line.Contains(allowed.Part, StringComparison.Ordinal));
    }

    /// <summary>What was logged of the server's database so far.</summary>
    private static async Task<IReadOnlyList<StatementPlan>> PlansAsync(PostgresServer postgres, ControlServer server, int skip)
    {
        // The server's log is written by a process of its own: once it has this, it has all before.
        var last = $"SELECT 'up to {Guid.NewGuid()}'";
        await server.Get<Database>().FindAsync<string>(last, null, CancellationToken.None);
        var database = new NpgsqlConnectionStringBuilder(server.Store.PostgresConnectionString).Database!;
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            var plans = await ReadAsync(postgres, database);
            if (plans.Count > 0 && plans.Any(plan => plan.Sql == last))
            {
                return [.. plans.Skip(skip)];
            }

            Assert.True(deadline.Elapsed < TimeSpan.FromMinutes(1), "PostgreSQL's log stays behind");
            await Task.Delay(50);
        }
    }

    private static async Task<List<StatementPlan>> ReadAsync(PostgresServer postgres, string database)
    {
        var plans = new List<StatementPlan>();
        foreach (var file in Directory.GetFiles(Path.Combine(postgres.DataDirectory, "log"), "*.json").Order(StringComparer.Ordinal))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            var text = await reader.ReadToEndAsync();

            // The last line may be half written.
            plans.AddRange(text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => StatementPlan.Read(line, database)).OfType<StatementPlan>());
        }

        return plans;
    }

    [GeneratedRegex(@"\$\d+")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\b(?:FROM|JOIN|UPDATE|INTO)\s+(?<table>\w+)(?:\s+(?:AS\s+)?(?<alias>\w+))?")]
    private static partial Regex Table();

    [GeneratedRegex(@"^SCAN (?<name>\w+)")]
    private static partial Regex Scanned();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
