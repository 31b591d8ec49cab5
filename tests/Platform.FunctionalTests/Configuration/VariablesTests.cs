using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Configuration;

/// <summary>Variables, secrets and limits that are set by REST while the app runs.</summary>
public sealed class VariablesTests
{
    private const string Secret = "planted-secret-77c0";

    private const string Manifest = """
        spin_manifest_version = 2

        [application]
        name = "app"

        [variables]
        greeting = { default = "hello" }
        api_key = { required = true, secret = true }
        upstream = { default = "169.254.169.254" }

        [[trigger.http]]
        route = "/..."
        component = "main"

        [[trigger.http]]
        route = "/http/..."
        component = "proxy"

        [component.main]
        source = "calls.wasm"

        [component.main.variables]
        greeting = "{{ greeting }}, you"
        api_key = "{{ api_key }}"

        [component.proxy]
        source = "proxy.wasm"
        allowed_outbound_hosts = ["http://{{ upstream }}"]
        """;

    [Fact]
    public async Task Values_SetOnARunningPlatform_AreSeenByTheNextRequestsAndSurviveARestart()
    {
        using var directory = new TemporaryDirectory();
        var settings = new Dictionary<string, string> { ["Platform__Worker__CompileTimeout"] = "00:01:50" };
        Tenant tenant;
        await using (var server = await PlatformServer.StartAsync(directory.Combine("data"), settings: settings, compiled: "js-calls"))
        {
            tenant = await server.CreateTenantAsync("acme");
            using var early = await DeployAsync(tenant);
            Assert.Contains("secrets/api_key", (await PlatformServer.ExpectAsync(early, HttpStatusCode.UnprocessableEntity))["detail"]!.GetValue<string>(), StringComparison.Ordinal);
            await PutAsync(tenant, "/secrets/api_key", "first");
            using var deployed = await DeployAsync(tenant);
            await PlatformServer.ExpectAsync(deployed, HttpStatusCode.Created);
            Assert.Equal(("\"hello, you\"", "\"first\""), await ReadAsync(server, tenant));

            // No request fails or sees anything but the old value or the new one while they change, and one that begins after the answer sees the new one.
            using var stop = new CancellationTokenSource();
            var callers = Enumerable.Range(0, 4).Select(_ => CallUntilAsync(server, tenant, stop.Token)).ToArray();
            var watch = Stopwatch.StartNew();
            await PutAsync(tenant, "/variables/greeting", "good evening");
            await PutAsync(tenant, "/secrets/api_key", Secret);
            Assert.Equal(("\"good evening, you\"", $"\"{Secret}\""), await ReadAsync(server, tenant));
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
            await stop.CancelAsync();
            var seen = (await Task.WhenAll(callers)).SelectMany(static greetings => greetings).ToHashSet();
            Assert.Subset(new HashSet<string> { "\"hello, you\"", "\"good evening, you\"" }, seen);

            await CheckHostsAsync(tenant, allowed: "169.254.169.254", denied: "169.254.169.253");
            await PutAsync(tenant, "/variables/upstream", "169.254.169.253");
            await CheckHostsAsync(tenant, allowed: "169.254.169.253", denied: "169.254.169.254");
            await CheckLimitsAsync(server, tenant);
            await server.StopAsync();
            Assert.DoesNotContain(Secret, server.Process.Output + server.Process.Errors, StringComparison.Ordinal);
        }

        foreach (var file in Directory.EnumerateFiles(directory.Path, "*", SearchOption.AllDirectories))
        {
            Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf("planted-secret-77c0"u8) >= 0, $"{file} holds the secret");
        }

        await using var second = await PlatformServer.StartAsync(directory.Combine("data"), settings: settings);
        Assert.Equal(("\"good evening, you\"", $"\"{Secret}\""), await ReadAsync(second, tenant));
    }

    private static async Task<HttpResponseMessage> DeployAsync(Tenant tenant) => await tenant.TryDeployManifestAsync(
        "app",
        Manifest,
        ("calls.wasm", await File.ReadAllBytesAsync(Repository.Guest("js-calls"))),
        ("proxy.wasm", await File.ReadAllBytesAsync(Repository.Guest("c-proxy"))));

    private static async Task PutAsync(Tenant tenant, string path, string value)
    {
        using var response = await tenant.ApiAsync(HttpMethod.Put, "app", path, JsonContent.Create(new { value }));
        await PlatformServer.ExpectAsync(response, HttpStatusCode.NoContent);
    }

    // What the guest reads by each of the two interfaces.
    private static async Task<(string Greeting, string Key)> ReadAsync(PlatformServer server, Tenant tenant)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("""[["config.get","greeting"],["variables.get","api_key"]]""") };
        using var response = await server.SendToAppAsync(request, tenant.HostOf("app"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        var lines = text.Split('\n');
        return (lines[0], lines[1]);
    }

    private static async Task<List<string>> CallUntilAsync(PlatformServer server, Tenant tenant, CancellationToken stop)
    {
        var seen = new List<string>();
        while (!stop.IsCancellationRequested)
        {
            seen.Add((await ReadAsync(server, tenant)).Greeting);
        }

        return seen;
    }

    // The guest answers with the ordinal of its error: 15 is that the manifest denies it, 4 that the address is out of reach whatever the manifest says.
    private static async Task CheckHostsAsync(Tenant tenant, string allowed, string denied)
    {
        using var reached = await tenant.GetAsync("app", $"/http/{allowed}/");
        using var refused = await tenant.GetAsync("app", $"/http/{denied}/");
        Assert.Equal("error 4\n", await reached.Content.ReadAsStringAsync());
        Assert.Equal("error 15\n", await refused.Content.ReadAsStringAsync());
    }

    private static async Task CheckLimitsAsync(PlatformServer server, Tenant tenant)
    {
        using var set = await tenant.ApiAsync(HttpMethod.Put, "app", "/limits", JsonContent.Create(new { fuel = 1 }));
        await PlatformServer.ExpectAsync(set, HttpStatusCode.NoContent);
        using var starved = await tenant.GetAsync("app", "/http/169.254.169.254/");
        Assert.Equal(HttpStatusCode.GatewayTimeout, starved.StatusCode);
        using var cleared = await tenant.ApiAsync(HttpMethod.Put, "app", "/limits", JsonContent.Create(new { }));
        await PlatformServer.ExpectAsync(cleared, HttpStatusCode.NoContent);
        Assert.Equal("\"good evening, you\"", (await ReadAsync(server, tenant)).Greeting);
    }
}
