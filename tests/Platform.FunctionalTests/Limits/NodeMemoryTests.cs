using System.Globalization;
using System.Net;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Limits;

/// <summary>A node whose memory for guests is 1 GiB.</summary>
public sealed class NodeMemoryTests
{
    private const long Budget = 1L << 30;

    [Fact]
    public async Task Memory_AHundredBombsAtOnce_DoNotEndTheProcess()
    {
        await using var server = await PlatformServer.StartAsync(settings: new Dictionary<string, string>
        {
            ["Platform__Worker__MemoryBytes"] = Budget.ToString(CultureInfo.InvariantCulture),
        });
        var tenant = await server.CreateTenantAsync("bombs");
        await tenant.DeployAsync("bombs", "c-faults");
        var other = await server.CreateTenantAsync("other");
        await other.DeployAsync("hello", "c-hello");

        var statuses = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var response = await tenant.GetAsync("bombs", "/memory");
            return response.StatusCode;
        }));

        // Each either met its own limit (500) or the node's (503, with a word when to come again).
        Assert.All(statuses, status => Assert.True(
            status is HttpStatusCode.InternalServerError or HttpStatusCode.ServiceUnavailable, $"answered {(int)status}"));
        Assert.Contains(HttpStatusCode.InternalServerError, statuses);
        await other.ExpectHelloAsync("hello");
        Assert.False(server.Process.HasExited);

        // What the process itself takes comes on top: runtime, caches, compiled code.
        Assert.InRange(PeakBytes(server.Process.Id), 0, Budget + (768L << 20));
    }

    private static long PeakBytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
