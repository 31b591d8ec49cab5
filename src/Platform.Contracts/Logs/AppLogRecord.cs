namespace Platform.Contracts.Logs;

/// <summary>One line of an app's log.</summary>
/// <param name="Tenant">The tenant's slug.</param>
/// <param name="App">The app's slug.</param>
/// <param name="Time">When it was written, UTC.</param>
/// <param name="Version">The version that ran.</param>
/// <param name="Component">The component's id.</param>
/// <param name="RequestId">The request it belongs to.</param>
/// <param name="Stream"><c>stdout</c>, <c>stderr</c>, or <c>platform</c> for what the platform says of the request (traps, limits).</param>
/// <param name="Text">The line, control characters escaped, without its end; a trap's backtrace keeps its line feeds.</param>
public sealed record AppLogRecord(
    string Tenant,
    string App,
    DateTimeOffset Time,
    int Version,
    string Component,
    string RequestId,
    string Stream,
    string Text);
