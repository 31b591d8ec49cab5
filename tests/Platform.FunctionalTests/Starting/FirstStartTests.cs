using System.Net;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Starting;

/// <summary>What somebody finds who has just started the platform.</summary>
public sealed class FirstStartTests
{
    private const string DemoHost = "hello--demo.localhost";

    [Fact]
    public async Task Start_NewStore_DemoAnswersBeforeAnythingElseIsDone()
    {
        await using var server = await PlatformServer.StartAsync(demo: true);
        using var response = await server.GetAppAsync(DemoHost);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Hello from WebAssembly\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Start_NewStore_TellsWhereThingsAreButNotTheToken()
    {
        await using var server = await PlatformServer.StartAsync(demo: true);
        Assert.Equal(server.DataDirectory, await server.Process.LineAsync("data directory"));
        Assert.Matches(@"^\d+\.\d+\.\d+", await server.Process.LineAsync("Platform "));
        Assert.Equal($"http://{DemoHost}:{server.Url.Port}/", await server.Process.LineAsync("  curl "));
        var tokenFile = Path.Combine(server.DataDirectory, "operator-token");
        Assert.Contains($"$(cat {tokenFile})", await server.Process.LineAsync("  curl -H \"Authorization"), StringComparison.Ordinal);
        Assert.StartsWith("plat_", server.OperatorToken, StringComparison.Ordinal);
        Assert.DoesNotContain(server.OperatorToken, server.Process.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(tokenFile));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(server.DataDirectory));
    }

    [Fact]
    public async Task Start_DemoDeleted_StaysDeleted()
    {
        using var directory = new TemporaryDirectory();
        var data = directory.Combine("data");
        await using (var first = await PlatformServer.StartAsync(data, demo: true))
        {
            using var deleted = await first.SendAsync(HttpMethod.Delete, "/v1/tenants/demo/apps/hello", first.OperatorToken);
            Assert.True(deleted.IsSuccessStatusCode, deleted.ToString());
            await first.StopAsync();
        }

        await using var second = await PlatformServer.StartAsync(data, demo: true);
        using var response = await second.GetAppAsync(DemoHost);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Start_SecondTime_DemoAnswersAndTheTokenIsTheSame()
    {
        using var directory = new TemporaryDirectory();
        var data = directory.Combine("data");
        string token;
        await using (var first = await PlatformServer.StartAsync(data, demo: true))
        {
            token = first.OperatorToken;
            await first.StopAsync();
        }

        await using var second = await PlatformServer.StartAsync(data, demo: true);
        Assert.Equal(token, second.OperatorToken);
        using var response = await second.GetAppAsync(DemoHost);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", false)]
    [InlineData("http://0.0.0.0:0", true)]
    public async Task Start_DemoNotWantedOrReachableFromOutside_HasNone(string url, bool demo)
    {
        await using var server = await PlatformServer.StartAsync(url: url, demo: demo);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Url.Port}/") { Headers = { Host = DemoHost } };
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Start_OperatorTokenFileMounted_IsUsedAndNoneIsMade()
    {
        using var directory = new TemporaryDirectory();
        var secret = directory.Combine("secret");
        await File.WriteAllTextAsync(secret, "mounted-by-the-operator-0123456789abcdef\n");
        await using var server = await PlatformServer.StartAsync(
            directory.Combine("data"), settings: new Dictionary<string, string> { ["Platform__OperatorTokenFile"] = secret });
        Assert.False(File.Exists(Path.Combine(server.DataDirectory, "operator-token")));
        using var response = await server.SendAsync(HttpMethod.Get, "/v1/tenants", "mounted-by-the-operator-0123456789abcdef");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
