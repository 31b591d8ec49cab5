using System.Diagnostics.Metrics;

namespace Platform.Control.Telemetry;

/// <summary>All instruments of the control plane. Tags are bounded: a reason, never tenant or app. What is dropped is told from 0 on, so that the first of it is an increase.</summary>
internal sealed class ControlMetrics
{
    private static readonly string[] Reasons = ["full", "stopped", "store", "unknown-app"];
    private static readonly string[] SeriesReasons = ["late", "store"];

    private readonly Counter<long> _logsStored;
    private readonly Counter<long> _requestsStored;
    private readonly long[] _logsDropped = new long[Reasons.Length];
    private readonly long[] _requestsDropped = new long[Reasons.Length];
    private readonly long[] _seriesDropped = new long[SeriesReasons.Length];
    private int _isStoreUp = 1;

    public ControlMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Platform.Control");
        _logsStored = meter.CreateCounter<long>("platform.app_logs.stored", "{line}", "Log lines of apps stored.");
        meter.CreateObservableCounter("platform.app_logs.dropped", () => Read(Reasons, _logsDropped), "{line}", "Log lines of apps dropped, by reason.");
        _requestsStored = meter.CreateCounter<long>("platform.app_requests.stored", "{request}", "Kept requests of apps stored.");
        meter.CreateObservableCounter("platform.app_requests.dropped", () => Read(Reasons, _requestsDropped), "{request}", "Kept requests of apps dropped, by reason.");
        meter.CreateObservableCounter("platform.series.dropped", () => Read(SeriesReasons, _seriesDropped), "{minute}", "Minutes of series dropped, by reason: they came when their time isn't kept any more (late), or weren't taken (store).");
        meter.CreateObservableGauge("platform.control.store.up", () => Volatile.Read(ref _isStoreUp), null, "Whether the store answered the last time, which is each second.");
    }

    public void LogsStored(int lines) => _logsStored.Add(lines);

    public void LogsDropped(int lines, string reason) => Add(Reasons, _logsDropped, lines, reason);

    public void RequestsStored(int requests) => _requestsStored.Add(requests);

    public void RequestsDropped(int requests, string reason) => Add(Reasons, _requestsDropped, requests, reason);

    public void SeriesDropped(int minutes, string reason) => Add(SeriesReasons, _seriesDropped, minutes, reason);

    public void StoreAnswered(bool isUp) => Volatile.Write(ref _isStoreUp, isUp ? 1 : 0);

    private static void Add(string[] reasons, long[] counts, int count, string reason) => Interlocked.Add(ref counts[Array.IndexOf(reasons, reason)], count);

    private static IEnumerable<Measurement<long>> Read(string[] reasons, long[] counts) =>
        reasons.Select((reason, i) => new Measurement<long>(Volatile.Read(ref counts[i]), new KeyValuePair<string, object?>("reason", reason)));
}
