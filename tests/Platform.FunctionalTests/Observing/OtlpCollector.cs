using System.Collections.Concurrent;
using System.Net;
using Platform.Testing;

namespace Platform.FunctionalTests.Observing;

/// <summary>Takes what the platform exports by OTLP over HTTP.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _collecting;

    private OtlpCollector(HttpListener listener, Uri url, Action<string, byte[]>? received)
    {
        _listener = listener;
        Url = url;
        _collecting = CollectAsync(received);
    }

    public Uri Url { get; }

    /// <summary>Path and body of all that came.</summary>
    public ConcurrentQueue<(string Path, byte[] Body)> Received { get; } = new();

    /// <summary>Settings of a platform that exports here, often.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Url.GetLeftPart(UriPartial.Authority),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
        ["OTEL_BSP_MAX_QUEUE_SIZE"] = "100000",
    };

    public static OtlpCollector Start(Action<string, byte[]>? received = null)
    {
        var url = new Uri($"http://127.0.0.1:{TestPorts.Next()}/");
        var listener = new HttpListener { Prefixes = { url.AbsoluteUri } };
        listener.Start();
        return new OtlpCollector(listener, url, received);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _collecting;
        _listener.Close();
    }

    private async Task CollectAsync(Action<string, byte[]>? received)
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                Received.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                received?.Invoke(context.Request.Url!.AbsolutePath, body.ToArray());
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
