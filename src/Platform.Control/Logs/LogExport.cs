using Microsoft.Extensions.Logging;
using Platform.Contracts.Logs;

namespace Platform.Control.Logs;

/// <summary>Gives apps' stored lines to a logger of their own, which the host exports or not.</summary>
internal sealed class LogExport(ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger(ControlOptions.AppLogCategory);

    /// <summary>Exports lines.</summary>
    public void Export(IReadOnlyList<LogEntry> batch)
    {
        if (!_logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        foreach (var entry in batch)
        {
            var line = entry.Record;
            KeyValuePair<string, object?>[] attributes =
            [
                new("platform.tenant", line.Tenant), new("platform.app", line.App), new("platform.version", line.Version), new("platform.component", line.Component), new("platform.request_id", line.RequestId),
                new("log.iostream", line.Stream), new("platform.time", line.Time.ToString("o", null)),
            ];
#pragma warning disable CA1873 // Whether it is enabled was asked above, once for all lines.
            _logger.Log(LevelOf(line), default, attributes, null, (_, _) => line.Text);
#pragma warning restore CA1873
        }
    }

    private static LogLevel LevelOf(AppLogRecord line) => line.Stream switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "stdout" or "info" => LogLevel.Information,
        "stderr" or "error" => LogLevel.Error,
        "critical" => LogLevel.Critical,
        _ => LogLevel.Warning,
    };
}
