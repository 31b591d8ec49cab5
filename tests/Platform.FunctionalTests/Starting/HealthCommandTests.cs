using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Starting;

/// <summary><c>Platform.Host health</c>, by which an orchestrator asks in an image that has no other program.</summary>
public sealed class HealthCommandTests(SharedPlatform platform)
{
    [Theory]
    [InlineData("healthz")]
    [InlineData("readyz")]
    public async Task Health_OfAPlatformThatIsWell_EndsWithZero(string path)
    {
        await using var health = await RunAsync(new Uri(platform.Server.Url, path));
        Assert.True(health.ExitCode == 0, health.Errors);
        Assert.Contains("200 Healthy", health.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_OfAGatewayThatKnowsNoControlPlane_IsThatItLivesAndIsNotReady()
    {
        using var directory = new TemporaryDirectory();
        await using var gateway = ServerProcess.Start(
            Repository.HostProgram,
            ["--roles", "gateway", "--urls", "http://127.0.0.1:0", "--data-dir", directory.Combine("data")],
            new Dictionary<string, string>
            {
                ["Platform__ClusterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
                ["Platform__ControlUrls__0"] = "http://127.0.0.1:9",
            },
            directory.Path);
        var url = new Uri(await gateway.LineAsync("listening on"));

        await using var lives = await RunAsync(new Uri(url, "healthz"));
        Assert.True(lives.ExitCode == 0, lives.Errors);
        await using var isReady = await RunAsync(new Uri(url, "readyz"));
        Assert.Equal(1, isReady.ExitCode);
        Assert.Contains("503 Unhealthy", isReady.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_WhereNobodyListensOrAnswers_EndsWithOne_AndSaysWhy()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var silent = await RunAsync(new Uri($"http://{listener.LocalEndpoint}/healthz"));
        Assert.Equal(1, silent.ExitCode);
        Assert.Contains("no answer within 3 s", silent.Errors, StringComparison.Ordinal);

        await using var nobody = await RunAsync(new Uri("http://127.0.0.1:9/healthz"));
        Assert.Equal(1, nobody.ExitCode);
        Assert.Contains("Connection refused", nobody.Errors, StringComparison.Ordinal);
    }

    private static async Task<ServerProcess> RunAsync(Uri url)
    {
        var health = ServerProcess.Start(Repository.HostProgram, ["health", "--url", url.ToString()], [], Path.GetTempPath());
        await health.WaitForExitAsync();
        return health;
    }
}
