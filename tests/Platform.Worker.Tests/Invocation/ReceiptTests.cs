using Platform.Runtime.Sandboxes;

namespace Platform.Worker.Tests.Invocation;

public sealed class ReceiptTests
{
    private const string Cold = "meter=1, version=3, fuel=1234, memory=65536, cpu-us=17, wall-us=23, cold=1";
    private const string Warm = "meter=1, version=3, fuel=1234, memory=65536, cpu-us=17, wall-us=23, cold=0";

    [Fact]
    public async Task Receipt_OfAGuestThatEndedBeforeTheHead_IsAHeader()
    {
        var measured = new List<bool>();
        await using var server = await InvokerServer.StartAsync(
            request =>
            {
                measured.Add(request.MeasureCpu);
                return Guest.Answer(request, "x");
            },
            new InvokerServerOptions { Receipts = true });
        foreach (var expected in (string[])[Cold, Warm])
        {
            using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
            Assert.Equal(expected, string.Join(", ", response.Headers.GetValues("platform-receipt")));
        }

        Assert.Equal([true, true], measured);
    }

    [Fact]
    public async Task Receipt_OfAGuestThatStreams_IsATrailer()
    {
        await using var server = await InvokerServer.StartAsync(Stream, new InvokerServerOptions { Receipts = true });
        foreach (var client in (HttpClient[])[server.Http2, server.Client])
        {
            using var response = await client.GetAsync(new Uri("/", UriKind.Relative));
            Assert.Equal(500_000, (await response.Content.ReadAsByteArrayAsync()).Length);
            Assert.False(response.Headers.Contains("platform-receipt"));
            Assert.StartsWith("meter=1, version=3, ", string.Join(", ", response.TrailingHeaders.GetValues("platform-receipt")), StringComparison.Ordinal);
            Assert.Equal("done", response.TrailingHeaders.GetValues("x-guest").Single());
        }
    }

    [Fact]
    public async Task Receipt_NotAskedFor_IsNotSentThoughUsageMeasuresAll()
    {
        await using var server = await InvokerServer.StartAsync(static request => Guest.Answer(request, request.MeasureCpu.ToString()));
        using var response = await server.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.False(response.Headers.Contains("platform-receipt"));
        Assert.Equal("True", await response.Content.ReadAsStringAsync());
    }

    private static SandboxOutcome Stream(SandboxRequest request)
    {
        Guest.Start(request, 200);
        Guest.Write(request, new byte[500_000]);
        request.Response.Complete([new HeaderField("x-guest", "done")]);
        return SandboxOutcome.Completed;
    }
}
