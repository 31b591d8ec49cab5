using System.Diagnostics.Metrics;

namespace Platform.Control.Logs;

/// <summary>The instruments of app logs.</summary>
internal sealed class LogMetrics
{
    private readonly Counter<long> _stored;
    private readonly Counter<long> _dropped;

    public LogMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Platform.Control");
        _stored = meter.CreateCounter<long>("platform.app_logs.stored", "{line}", "Log lines of apps stored.");
        _dropped = meter.CreateCounter<long>("platform.app_logs.dropped", "{line}", "Log lines of apps dropped, by reason.");
    }

    public void Stored(int lines) => _stored.Add(lines);

    public void Dropped(int lines, string reason) => _dropped.Add(lines, new KeyValuePair<string, object?>("reason", reason));
}
