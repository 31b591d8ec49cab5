using System.Diagnostics.Metrics;

namespace Platform.Cluster.Telemetry;

/// <summary>All instruments of what processes say to each other.</summary>
internal sealed class ClusterMetrics
{
    private long _lines;
    private long _requests;

    public ClusterMetrics(IMeterFactory meters) => meters.Create("Platform.Cluster").CreateObservableCounter(
        "platform.cluster.telemetry.dropped",
        () => new Measurement<long>[]
        {
            new(Volatile.Read(ref _lines), new KeyValuePair<string, object?>("kind", "line")),
            new(Volatile.Read(ref _requests), new KeyValuePair<string, object?>("kind", "request")),
        },
        "{item}",
        "Log lines and kept requests that no control plane took in time, by kind");

    public void Dropped(int lines, int requests)
    {
        Interlocked.Add(ref _lines, lines);
        Interlocked.Add(ref _requests, requests);
    }
}
