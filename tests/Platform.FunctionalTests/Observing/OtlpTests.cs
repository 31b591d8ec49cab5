using System.Collections.Concurrent;
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
        var paths = new ConcurrentDictionary<string, TaskCompletionSource<byte[]>>();
        TaskCompletionSource<byte[]> Received(string path) => paths.GetOrAdd(path, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        var collecting = CollectAsync(collector, Received);

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
            var traces = await Received("/v1/traces").Task.WaitAsync(ServerProcess.Patience);
            var metrics = await Received("/v1/metrics").Task.WaitAsync(ServerProcess.Patience);
            Assert.True(traces.AsSpan().IndexOf("platform"u8) >= 0, "the traces name no service");
            Assert.True(metrics.AsSpan().IndexOf("platform.worker"u8) >= 0, "the metrics have none of the worker's");
        }

        collector.Stop();
        await collecting;
    }

    private static async Task CollectAsync(HttpListener collector, Func<string, TaskCompletionSource<byte[]>> received)
    {
        while (collector.IsListening)
        {
            try
            {
                var context = await collector.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                received(context.Request.Url!.AbsolutePath).TrySetResult(body.ToArray());
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
