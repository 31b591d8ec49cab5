using Platform.FunctionalTests.Hosting;

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
}
