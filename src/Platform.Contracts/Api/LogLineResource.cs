namespace Platform.Contracts.Api;

/// <summary>One line of an app's log.</summary>
/// <param name="Id">Grows in the order in which lines were stored; the event id when followed.</param>
/// <param name="Time">When it was written, UTC.</param>
/// <param name="Version">The version that ran.</param>
/// <param name="Component">The component's id.</param>
/// <param name="RequestId">The request it belongs to.</param>
/// <param name="Stream"><c>stdout</c>, <c>stderr</c>, <c>platform</c>, or the level of a line of <c>wasi:logging</c>: <c>trace</c> to <c>critical</c>.</param>
/// <param name="Text">The line.</param>
public sealed record LogLineResource(
    long Id, DateTimeOffset Time, int Version, string Component, string RequestId, string Stream, string Text);
