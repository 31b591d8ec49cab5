using Platform.FunctionalTests.Hosting;
using Platform.FunctionalTests.Metering;

namespace Platform.FunctionalTests.Observing;

/// <summary>With <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> set, traces and metrics are sent there.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Telemetry_EndpointConfigured_GetsTracesAndMetrics()
    {
        var traces = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var metrics = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var collector = OtlpCollector.Start((path, body) =>
        {
            // Batches from before the first request name no worker's instruments yet.
            if (path == "/v1/traces" && body.AsSpan().IndexOf("Platform.Worker"u8) >= 0)
            {
                traces.TrySetResult();
            }
            else if (path == "/v1/metrics" && body.AsSpan().IndexOf("platform.worker.request.duration"u8) >= 0)
            {
                metrics.TrySetResult();
            }
        });

        await using var server = await PlatformServer.StartAsync(settings: collector.Settings);
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("hello", "c-hello");
        await tenant.ExpectHelloAsync("hello");
        await Task.WhenAll(traces.Task, metrics.Task).WaitAsync(ServerProcess.Patience);
    }

    /// <summary>One trace in a million is sampled. A client can't have its own be that one: not by the flag, not by an id below any ratio, and not by the header that gateways say it with.</summary>
    [Theory]
    [InlineData("traceparent")]
    [InlineData("platform-internal-traceparent")]
    public async Task Telemetry_OfAClientsTraceContext_IsSampledByChance(string header)
    {
        await using var collector = OtlpCollector.Start();
        await using var server = await PlatformServer.StartAsync(settings: new Dictionary<string, string>(collector.Settings) { ["Platform__TraceSampling"] = "0.000001" });
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("faults", "c-faults");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/log") { Headers = { { header, "00-00000000000000000000000000000001-b7ad6b7169203331-01" } } };
        using var fine = await tenant.SendAsync("faults", request);
        using var trap = await tenant.GetAsync("faults", "/trap");

        await Waiting.ForAsync(() => Task.FromResult(Has(trap)), "the trap's trace");
        Assert.False(Has(fine));

        bool Has(HttpResponseMessage response) => collector.Received.Any(one =>
            one.Path == "/v1/traces" && one.Body.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(response.Headers.GetValues("platform-request-id").Single())) >= 0);
    }

    /// <summary>With no trace sampled at its beginning only those that failed are sent, with their phases; and apps' lines, when they are to be.</summary>
    [Fact]
    public async Task Telemetry_SampledByHeadAndErrors_HasTheFailedRequestAndTheAppsLines()
    {
        await using var collector = OtlpCollector.Start();
        await using var server = await PlatformServer.StartAsync(settings: new Dictionary<string, string>(collector.Settings)
        {
            ["Platform__TraceSampling"] = "0",
            ["Platform__ExportAppLogs"] = "true",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "500",
        });
        var tenant = await server.CreateTenantAsync("acme");
        await tenant.DeployAsync("faults", "c-faults");
        using var fine = await tenant.GetAsync("faults", "/log");
        using var trap = await tenant.GetAsync("faults", "/trap");

        await Waiting.ForAsync(() => Task.FromResult(Has("/v1/traces", IdOf(trap)) && Has("/v1/traces", "instantiate") && Has("/v1/logs", "out line 1") && Has("/v1/logs", IdOf(fine))), "the trap's trace and the app's lines");
        Assert.False(Has("/v1/traces", IdOf(fine)));
        Assert.DoesNotContain("out line 1", server.Process.Output, StringComparison.Ordinal);

        bool Has(string path, string text) => collector.Received.Any(one => one.Path == path && one.Body.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0);

        static string IdOf(HttpResponseMessage response) => response.Headers.GetValues("platform-request-id").Single();
    }
}
