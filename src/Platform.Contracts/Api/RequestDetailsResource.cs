using Platform.Contracts.Requests;

namespace Platform.Contracts.Api;

/// <summary>All that was kept of a request or message.</summary>
/// <param name="Id">Its id, which clients get as <c>platform-request-id</c>.</param>
/// <param name="At">When it began, UTC.</param>
/// <param name="Method">The method; <c>MESSAGE</c> for a message.</param>
/// <param name="Path">The path without the query, control characters escaped; a message's channel.</param>
/// <param name="Version">The version.</param>
/// <param name="Component">The component's id.</param>
/// <param name="Status">The response's status; null for a message, and when the client was gone.</param>
/// <param name="Outcome">How it ended, by usage's names.</param>
/// <param name="WallUs">Its whole time at the worker, microseconds.</param>
/// <param name="Receipt">What it cost; null when it didn't run.</param>
/// <param name="Route">The route that matched; a message's channel.</param>
/// <param name="Trap">Why it failed, with the wasm backtrace; null when it didn't.</param>
/// <param name="TraceId">The trace that it is in; null for none.</param>
/// <param name="Spans">Its phases and host calls.</param>
/// <param name="SpansLeftOut">Host calls beyond those that are kept of one request.</param>
/// <param name="Log">Its lines, oldest first, at most 1,000.</param>
public sealed record RequestDetailsResource(
    string Id,
    DateTimeOffset At,
    string Method,
    string Path,
    int Version,
    string Component,
    int? Status,
    string Outcome,
    long WallUs,
    RequestReceipt? Receipt,
    string Route,
    string? Trap,
    string? TraceId,
    IReadOnlyList<RequestSpan> Spans,
    int SpansLeftOut,
    IReadOnlyList<LogLineResource> Log);
