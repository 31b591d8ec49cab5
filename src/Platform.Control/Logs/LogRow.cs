namespace Platform.Control.Logs;

internal sealed record LogRow(
    long Id, long Time, long Version, string Component, string RequestId, string Stream, string Text);
