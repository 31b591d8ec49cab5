using Platform.Contracts.Logs;
using Platform.Control.Snapshots;
using Platform.Control.Telemetry;

namespace Platform.Control.Logs;

/// <summary>A line on its way to the store.</summary>
internal readonly record struct LogEntry(AppIds App, AppLogRecord Record, int Size) : IAppEntry;
