using System.Net;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Stopping;

/// <summary>A stop that was asked for lets running requests finish.</summary>
public sealed class StopTests
{
    [Theory]
    [InlineData(ServerProcess.SigTerm)]
    [InlineData(ServerProcess.SigInt)]
    public async Task Stop_WhileARequestRuns_ItFinishesAndTheProcessEndsWithZero(int signal)
    {
        await using var server = await PlatformServer.StartAsync();
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-faults");
        using var running = await tenant.SendAsync("app", new HttpRequestMessage(HttpMethod.Get, "/slow"), HttpCompletionOption.ResponseHeadersRead);
        server.Process.Signal(signal);
        Assert.Equal("chunk 0\nchunk 1\nchunk 2\nchunk 3\nchunk 4\n", await running.Content.ReadAsStringAsync());
        Assert.Equal(0, await server.Process.WaitForExitAsync());
        Assert.Empty(server.Process.Errors);
    }

    [Fact]
    public async Task Stop_WhileALogIsFollowed_DoesNotWaitForIt()
    {
        await using var server = await PlatformServer.StartAsync();
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-hello");
        using var follow = await tenant.FollowLogsAsync("app", CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, follow.StatusCode);
        var stopping = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, await server.StopAsync());

        // Half of the drain time: a stream without end must not use it up.
        Assert.True(TimeProvider.System.GetElapsedTime(stopping) < TimeSpan.FromSeconds(15), "the followed log held the stop up");
    }

    [Fact]
    public async Task Stop_UnderLoad_AnswersWhatItTook()
    {
        await using var server = await PlatformServer.StartAsync();
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("app", "c-faults");
        var requests = Enumerable.Range(0, 20).Select(_ => tenant.SendAsync(
            "app", new HttpRequestMessage(HttpMethod.Get, "/slow"), HttpCompletionOption.ResponseHeadersRead)).ToList();
        var heads = await Task.WhenAll(requests);
        server.Process.Signal(ServerProcess.SigTerm);
        foreach (var response in heads)
        {
            Assert.EndsWith("chunk 4\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            response.Dispose();
        }

        Assert.Equal(0, await server.Process.WaitForExitAsync());
    }
}
