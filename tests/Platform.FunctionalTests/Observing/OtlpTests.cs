using System.Net;
using System.Net.Sockets;
using Platform.FunctionalTests.Hosting;

namespace Platform.FunctionalTests.Observing;

/// <summary>With <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> set, traces and metrics are sent there.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Telemetry_EndpointConfigured_GetsTracesAndMetrics()
    {
        var port = FreePort();
        using var collector = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
        collector.Start();
        var traces = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var metrics = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var collecting = CollectAsync(collector, (path, body) =>
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

        await using (var server = await PlatformServer.StartAsync(settings: new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
        }))
        {
            var tenant = await server.CreateTenantAsync("acme");
            await tenant.DeployAsync("hello", "c-hello");
            await tenant.ExpectHelloAsync("hello");
            await Task.WhenAll(traces.Task, metrics.Task).WaitAsync(ServerProcess.Patience);
        }

        collector.Stop();
        await collecting;
    }

    private static async Task CollectAsync(HttpListener collector, Action<string, byte[]> received)
    {
        while (collector.IsListening)
        {
            try
            {
                var context = await collector.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                received(context.Request.Url!.AbsolutePath, body.ToArray());
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
