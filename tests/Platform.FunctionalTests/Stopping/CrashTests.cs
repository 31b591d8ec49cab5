using System.Net;
using Platform.FunctionalTests.Hosting;
using Platform.Testing;

namespace Platform.FunctionalTests.Stopping;

/// <summary>kill -9 in the middle of a deploy: after a restart the old version or the new one is live, and the data is whole.</summary>
public sealed class CrashTests
{
    // From before the upload is read until after most deploys are done: each kill meets another step.
    private static readonly int[] Moments = [0, 30, 100, 250, 500, 900];

    [Fact]
    public Task Deploy_KilledOnSqlite_LeavesTheOldOrTheNewVersion() => KillDeploysAsync(new Dictionary<string, string>());

    [Fact]
    public async Task Deploy_KilledOnPostgres_LeavesTheOldOrTheNewVersion()
    {
        var postgres = await PostgresServer.SharedAsync();
        await KillDeploysAsync(new Dictionary<string, string> { ["ConnectionStrings__Postgres"] = await postgres.CreateDatabaseAsync() });
    }

    private static async Task KillDeploysAsync(IReadOnlyDictionary<string, string> settings)
    {
        using var directory = new TemporaryDirectory();
        var data = directory.Combine("data");
        string token;
        await using (var first = await PlatformServer.StartAsync(data, settings: settings))
        {
            var tenant = await first.CreateTenantAsync("acme");
            token = tenant.Token;
            await tenant.DeployAsync("app", "c-hello");
        }

        foreach (var moment in Moments)
        {
            await using (var server = await PlatformServer.StartAsync(data, settings: settings))
            {
                var deploying = new Tenant(server, "acme", token).TryDeployAsync("app", await File.ReadAllBytesAsync(Repository.Guest("c-faults")));
                await Task.WhenAny(deploying, Task.Delay(moment));
                await server.StopAsync(ServerProcess.SigKill);
                await SettledAsync(deploying);
            }

            await using var restarted = await PlatformServer.StartAsync(data, settings: settings);
            await ExpectWholeAsync(new Tenant(restarted, "acme", token));
        }
    }

    private static async Task ExpectWholeAsync(Tenant tenant)
    {
        using var answer = await tenant.GetAsync("app", "/slow");
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(
            answer.StatusCode == HttpStatusCode.OK && (body == "Hello from WebAssembly\n" || body.EndsWith("chunk 4\n", StringComparison.Ordinal)),
            $"{(int)answer.StatusCode}: {body}");

        // The next deploy finds nothing in its way, and puts the old one back for the next kill.
        await tenant.DeployAsync("app", "c-hello");
        using var again = await tenant.GetAsync("app", "/slow");
        Assert.Equal("Hello from WebAssembly\n", await again.Content.ReadAsStringAsync());
        using var versions = await tenant.ApiAsync(HttpMethod.Get, "app", "/versions");
        var page = await PlatformServer.ExpectAsync(versions, HttpStatusCode.OK);
        Assert.NotEmpty(page["items"]!.AsArray());
    }

    // The killed server's answer doesn't matter, only that the client has noticed.
    private static async Task SettledAsync(Task<HttpResponseMessage> deploying)
    {
        try
        {
            (await deploying).Dispose();
        }
        catch (HttpRequestException)
        {
        }
    }
}
