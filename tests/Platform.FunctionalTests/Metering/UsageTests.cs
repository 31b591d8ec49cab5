using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Metering;

/// <summary>Usage on the real platform: exact after a stop, at most a flush interval short after a kill, whatever the database does meanwhile.</summary>
public sealed class UsageTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string> Settings = new() { ["Platform__Worker__UsageFlushInterval"] = Interval.ToString() };

    [Fact]
    public async Task Stop_UnderLoad_CountsEveryAnswer()
    {
        using var directory = new TemporaryDirectory();
        var data = directory.Combine("data");
        string token;
        long answered;
        await using (var server = await PlatformServer.StartAsync(data, settings: Settings))
        {
            var tenant = await server.CreateTenantAsync("acme");
            token = tenant.Token;
            await tenant.DeployAsync("app", "c-hello");
            await using var load = new Load(tenant, "app");
            await load.ReachesAsync(2000);
            Assert.Equal(0, await server.StopAsync());
            answered = await load.EndAsync();

            // What the stopping server refused is in no sandbox and in no sum.
        }

        await using var restarted = await PlatformServer.StartAsync(data, settings: Settings);
        Assert.Equal(answered, await CountAsync(new Tenant(restarted, "acme", token), "app"));
    }

    [Fact]
    public async Task Kill_UnderLoad_LosesAtMostOneInterval()
    {
        using var directory = new TemporaryDirectory();
        var data = directory.Combine("data");
        string token;
        IReadOnlyList<long> answers;
        long killed;
        await using (var server = await PlatformServer.StartAsync(data, settings: Settings))
        {
            var tenant = await server.CreateTenantAsync("acme");
            token = tenant.Token;
            await tenant.DeployAsync("app", "c-hello");
            await using var load = new Load(tenant, "app");
            await load.ReachesAsync(1000);

            // Some reports are in by then: what is lost isn't everything.
            await Waiting.ForAsync(async () => await CountAsync(tenant, "app") > 500, "reported usage");
            killed = Environment.TickCount64;
            await server.StopAsync(ServerProcess.SigKill);
            await load.EndAsync();
            answers = load.Times;
        }

        await using var restarted = await PlatformServer.StartAsync(data, settings: Settings);
        var counted = await CountAsync(new Tenant(restarted, "acme", token), "app");

        // Answers older than the interval, and the time of the report itself, were reported; none was counted that wasn't run.
        var slack = Interval + TimeSpan.FromSeconds(2);
        var reported = answers.Count(time => time < killed - slack.TotalMilliseconds);
        Assert.InRange(counted, reported, answers.Count + Load.Clients);
    }

    [Fact]
    public async Task Database_LockedForAWhileUnderLoad_CountsEveryAnswerOnce()
    {
        using var directory = new TemporaryDirectory();
        var data = directory.Combine("data");
        string token;
        long answered;
        await using (var server = await PlatformServer.StartAsync(data, settings: Settings))
        {
            var tenant = await server.CreateTenantAsync("acme");
            token = tenant.Token;
            await tenant.DeployAsync("app", "c-hello");
            await using var load = new Load(tenant, "app");
            await load.ReachesAsync(500);
            await using (var other = new SqliteConnection($"Data Source={Path.Combine(data, "platform.db")};Pooling=false"))
            {
                // Longer than a writer waits for it: reports fail, and are sent again.
                await other.OpenAsync();
                await using var transaction = other.BeginTransaction(deferred: false);
                await Waiting.ForAsync(() => Task.FromResult(server.Process.Errors.Contains("Usage could not be reported", StringComparison.Ordinal)
                    || server.Process.Output.Contains("Usage could not be reported", StringComparison.Ordinal)), "a report that failed");
            }

            var before = load.Answered;
            await load.ReachesAsync(before + 500);
            Assert.Equal(0, await server.StopAsync());
            answered = await load.EndAsync();
        }

        await using var restarted = await PlatformServer.StartAsync(data, settings: Settings);
        Assert.Equal(answered, await CountAsync(new Tenant(restarted, "acme", token), "app"));
    }

    [Fact]
    public async Task StaticResponsesAndUnknownRoutes_AreNoUsage()
    {
        await using var server = await PlatformServer.StartAsync(settings: Settings);
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployManifestAsync(
            "app",
            """
            spin_manifest_version = 2
            [application]
            name = "app"
            [[trigger.http]]
            route = "/static"
            static_response = { status_code = 200, body = "here" }
            [[trigger.http]]
            route = "/run"
            component = "web"
            [component.web]
            source = "web.wasm"
            """,
            ("web.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-hello"))));
        foreach (var (path, status) in new[] { ("/static", 200), ("/nowhere", 404), ("/run", 200), ("/static", 200) })
        {
            using var answer = await tenant.GetAsync("app", path);
            Assert.Equal(status, (int)answer.StatusCode);
        }

        await Waiting.ForAsync(async () => await CountAsync(tenant, "app") > 0, "reported usage");
        Assert.Equal(1, await CountAsync(tenant, "app"));
    }

    [Fact]
    public async Task Rate_BeyondIt_IsRefusedAndServedAfterWaitingAsTold()
    {
        await using var server = await PlatformServer.StartAsync();
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-hello");
        await PatchAsync(server, new { quota = new { requestsPerSecond = 1, burst = 1 } });
        await tenant.ExpectHelloAsync("app");
        using var refused = await tenant.GetAsync("app");
        var problem = await PlatformServer.ExpectAsync(refused, HttpStatusCode.TooManyRequests);
        Assert.Equal("urn:platform:problem:rate-limit", problem["type"]!.GetValue<string>());
        await Task.Delay(refused.Headers.RetryAfter!.Delta!.Value);
        await tenant.ExpectHelloAsync("app");
    }

    [Fact]
    public async Task FuelOfTheMonth_UsedUp_IsForbiddenUntilTheQuotaIsRaised()
    {
        await using var server = await PlatformServer.StartAsync(settings: Settings);
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-hello");
        await PatchAsync(server, new { quota = new { fuelPerMonth = 20_000 } });
        JsonNode problem = new JsonObject();
        await Waiting.ForAsync(
            async () =>
            {
                using var answer = await tenant.GetAsync("app");
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return false;
                }

                problem = await PlatformServer.ExpectAsync(answer, HttpStatusCode.Forbidden);
                return true;
            },
            "the end of the fuel");
        Assert.Equal("urn:platform:problem:quota-exceeded", problem["type"]!.GetValue<string>());
        Assert.DoesNotContain("20000", problem.ToJsonString(), StringComparison.Ordinal);
        await Waiting.ForAsync(async () => (await QuotaAsync(tenant))["fuelPerMonth"]!["current"]!.GetValue<long>() >= 20_000, "the API's number");
        await PatchAsync(server, new { quota = new { fuelPerMonth = (long?)null } });
        await tenant.ExpectHelloAsync("app");
    }

    [Fact]
    public async Task AppsAndStorage_BeyondTheQuota_AreForbidden()
    {
        await using var server = await PlatformServer.StartAsync();
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-hello");
        await PatchAsync(server, new { quota = new { apps = 1, storageBytes = 10_000 } });
        using var another = await tenant.TryDeployAsync("another", await File.ReadAllBytesAsync(Repository.Guest("c-hello")));
        var apps = await PlatformServer.ExpectAsync(another, HttpStatusCode.Forbidden);
        Assert.Equal((1, 1), (apps["limit"]!.GetValue<long>(), apps["current"]!.GetValue<long>()));
        using var larger = await tenant.TryDeployAsync("app", await File.ReadAllBytesAsync(Repository.Guest("c-echo")));
        var storage = await PlatformServer.ExpectAsync(larger, HttpStatusCode.Forbidden);
        Assert.Equal(("storageBytes", 10_000), (storage["quota"]!.GetValue<string>(), storage["limit"]!.GetValue<long>()));
        await tenant.DeployAsync("app", "c-hello");
    }

    private static async Task PatchAsync(PlatformServer server, object patch)
    {
        using var response = await server.SendAsync(HttpMethod.Patch, "/v1/tenants/acme", server.OperatorToken, JsonContent.Create(patch));
        await PlatformServer.ExpectAsync(response, HttpStatusCode.OK);
    }

    private static async Task<JsonNode> QuotaAsync(Tenant tenant)
    {
        using var response = await tenant.TenantApiAsync(HttpMethod.Get, "/quota");
        return await PlatformServer.ExpectAsync(response, HttpStatusCode.OK);
    }

    private static async Task<long> CountAsync(Tenant tenant, string app)
    {
        using var response = await tenant.ApiAsync(HttpMethod.Get, app, "/usage?granularity=month");
        var usage = await PlatformServer.ExpectAsync(response, HttpStatusCode.OK);
        return usage["rows"]!.AsArray().Sum(static row => row!["outcomes"]!["2xx"]?.GetValue<long>() ?? 0);
    }
}
